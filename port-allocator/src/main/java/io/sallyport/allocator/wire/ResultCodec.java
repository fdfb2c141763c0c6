package io.sallyport.allocator.wire;

import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;

/**
 * Answers as bytes: u8 version, u8 kind, then the answer's parts in the order of its record.
 * Numbers of kinds are never used again for another.
 */
final class ResultCodec {

    private static final int VERSION = 2;

    private static final int JOINED = 1;
    private static final int NODE_TAKEN = 2;
    private static final int RENEWED = 3;
    private static final int UNKNOWN_INCARNATION = 4;
    private static final int GRANTED = 5;
    private static final int EXHAUSTED = 6;
    private static final int UNKNOWN_EIP = 7;
    private static final int STALE_EPOCH = 8;
    private static final int DONE = 9;
    private static final int OVER_QUOTA = 10;
    private static final int OVERTAKEN = 11;
    private static final int JOINED_UNDER = 12;

    private ResultCodec() {}

    /** About how many bytes: exact for what every connection needs, a guess for the rest. */
    static int expected(AllocatorResult result) {
        if (result instanceof AllocatorResult.Granted granted) {
            return 12 + 2 * granted.ports().size();
        }
        return result instanceof AllocatorResult.Done ? 2 : 128;
    }

    static void write(WireWriter out, AllocatorResult result) {
        out.u8(VERSION);
        switch (result) {
            case AllocatorResult.Joined(var incarnation, var membership, var catalogVersion) -> {
                if (catalogVersion == 0) {
                    LawWords.incarnation(out.u8(JOINED), incarnation);
                } else {
                    LawWords.incarnation(out.u8(JOINED_UNDER).i64(catalogVersion), incarnation);
                }
                MembershipCodec.write(out, membership);
            }
            case AllocatorResult.NodeTaken(var node, var machine) -> {
                LawWords.node(out.u8(NODE_TAKEN), node);
                out.text(machine);
            }
            case AllocatorResult.Renewed(var membership) ->
                    MembershipCodec.write(out.u8(RENEWED), membership);
            case AllocatorResult.UnknownIncarnation(var incarnation) ->
                    LawWords.incarnation(out.u8(UNKNOWN_INCARNATION), incarnation);
            case AllocatorResult.Granted(var grant, var ports) ->
                    LawWords.ports(out.u8(GRANTED).i64(grant), ports);
            case AllocatorResult.Exhausted(var key, var leased, var holders) -> {
                LawWords.key(out.u8(EXHAUSTED), key);
                out.i32(leased).list(holders, ResultCodec::holder);
            }
            case AllocatorResult.UnknownEip(var key) -> LawWords.key(out.u8(UNKNOWN_EIP), key);
            case AllocatorResult.StaleEpoch(var current) ->
                    LawWords.epoch(out.u8(STALE_EPOCH), current);
            case AllocatorResult.OverQuota(var tenant, var leased, var portsMax) -> {
                LawWords.tenant(out.u8(OVER_QUOTA), tenant);
                out.i64(leased).i64(portsMax);
            }
            case AllocatorResult.Overtaken(var newestGrant) -> out.u8(OVERTAKEN).i64(newestGrant);
            case AllocatorResult.Done() -> out.u8(DONE);
        }
    }

    private static void holder(WireWriter out, AllocatorResult.Holder holder) {
        LawWords.incarnation(out, holder.incarnation());
        out.i32(holder.ports());
    }

    private static AllocatorResult.Holder holder(WireReader in) {
        Incarnation incarnation = LawWords.incarnation(in);
        return new AllocatorResult.Holder(incarnation, in.i32());
    }

    static AllocatorResult read(WireReader in) {
        int kind = in.expect(VERSION, "version of an answer").u8();
        return switch (kind) {
            case JOINED -> {
                Incarnation incarnation = LawWords.incarnation(in);
                yield new AllocatorResult.Joined(incarnation, MembershipCodec.read(in));
            }
            case JOINED_UNDER -> {
                long catalogVersion = in.i64();
                Incarnation incarnation = LawWords.incarnation(in);
                yield new AllocatorResult.Joined(
                        incarnation, MembershipCodec.read(in), catalogVersion);
            }
            case NODE_TAKEN -> {
                NodeId node = LawWords.node(in);
                yield new AllocatorResult.NodeTaken(
                        node, in.text(MembershipCodec.MACHINE_BYTES_MAX));
            }
            case RENEWED -> new AllocatorResult.Renewed(MembershipCodec.read(in));
            case UNKNOWN_INCARNATION ->
                    new AllocatorResult.UnknownIncarnation(LawWords.incarnation(in));
            case GRANTED -> {
                long grant = in.i64();
                yield new AllocatorResult.Granted(grant, LawWords.ports(in));
            }
            case EXHAUSTED -> {
                LeaseKey key = LawWords.key(in);
                int leased = in.i32();
                yield new AllocatorResult.Exhausted(
                        key, leased, in.list(Limits.EXHAUSTED_HOLDERS, ResultCodec::holder));
            }
            case UNKNOWN_EIP -> new AllocatorResult.UnknownEip(LawWords.key(in));
            case STALE_EPOCH -> new AllocatorResult.StaleEpoch(LawWords.epoch(in));
            case OVER_QUOTA -> {
                TenantId tenant = LawWords.tenant(in);
                long leased = in.i64();
                yield new AllocatorResult.OverQuota(tenant, leased, in.i64());
            }
            case OVERTAKEN -> new AllocatorResult.Overtaken(in.i64());
            case DONE -> new AllocatorResult.Done();
            default -> throw new WireException("answer of the unknown kind " + kind);
        };
    }
}
