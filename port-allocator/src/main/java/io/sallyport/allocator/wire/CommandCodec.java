package io.sallyport.allocator.wire;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Commands as bytes: u8 version, u8 kind, then the command's parts in the order of its record.
 * Numbers of kinds are never used again for another.
 */
final class CommandCodec {

    private static final int VERSION = 2;

    private static final int JOIN = 1;
    private static final int LEAVE = 2;
    private static final int RENEW = 3;
    private static final int AWAY = 4;
    private static final int ACQUIRE = 5;
    private static final int RETURN = 6;
    private static final int RECONCILED = 7;
    private static final int DEAD = 8;
    private static final int FENCE = 9;
    private static final int FORGET = 10;
    private static final int LEARN = 11;

    private CommandCodec() {}

    static void write(WireWriter out, AllocatorCommand command) {
        out.u8(VERSION);
        switch (command) {
            case AllocatorCommand.Join(var node, var machine, var peers, var management) -> {
                out.u8(JOIN);
                LawWords.node(out, node);
                out.text(machine).endpoint(peers).endpoint(management);
            }
            case AllocatorCommand.Leave(var incarnation) ->
                    LawWords.incarnation(out.u8(LEAVE), incarnation);
            case AllocatorCommand.Renew(
                            var incarnation,
                            var knows,
                            var unreachable,
                            var vouches,
                            var catalogVersion) -> {
                LawWords.incarnation(out.u8(RENEW), incarnation);
                LawWords.epoch(out, knows);
                LawWords.nodes(out, unreachable);
                LawWords.renewals(out, vouches);
                out.i64(catalogVersion);
            }
            case AllocatorCommand.Away(var incarnation, var lastRenew) -> {
                LawWords.incarnation(out.u8(AWAY), incarnation);
                out.i64(lastRenew);
            }
            case AllocatorCommand.Acquire(var incarnation, var key, var want, var epoch) -> {
                LawWords.incarnation(out.u8(ACQUIRE), incarnation);
                LawWords.key(out, key);
                LawWords.epoch(out.u16(want), epoch);
            }
            case AllocatorCommand.Return(var incarnation, var key, var asOf, var ports) -> {
                LawWords.incarnation(out.u8(RETURN), incarnation);
                LawWords.key(out, key);
                LawWords.ports(out.i64(asOf), ports);
            }
            case AllocatorCommand.Reconciled(var dead, var key, var free, var epoch) -> {
                LawWords.incarnation(out.u8(RECONCILED), dead);
                LawWords.key(out, key);
                LawWords.ports(out, free);
                LawWords.epoch(out, epoch);
            }
            case AllocatorCommand.Dead(var lastRenews) ->
                    LawWords.renewals(out.u8(DEAD), lastRenews);
            case AllocatorCommand.Fence(var node) -> LawWords.node(out.u8(FENCE), node);
            case AllocatorCommand.Forget(var dead) -> LawWords.incarnation(out.u8(FORGET), dead);
            case AllocatorCommand.Learn(var asOf, var membership, var added, var removed) -> {
                MembershipCodec.write(out.u8(LEARN).i64(asOf), membership);
                out.list(added, LawWords::pool).list(removed, LawWords::poolId);
            }
        }
    }

    static AllocatorCommand read(WireReader in) {
        int kind = in.expect(VERSION, "version of a command").u8();
        return switch (kind) {
            case JOIN -> {
                NodeId node = LawWords.node(in);
                String machine = in.text(MembershipCodec.MACHINE_BYTES_MAX);
                Endpoint peers = in.endpoint();
                yield new AllocatorCommand.Join(node, machine, peers, in.endpoint());
            }
            case LEAVE -> new AllocatorCommand.Leave(LawWords.incarnation(in));
            case RENEW -> {
                Incarnation incarnation = LawWords.incarnation(in);
                Epoch knows = LawWords.epoch(in);
                Set<NodeId> unreachable = LawWords.nodes(in);
                Map<Incarnation, Long> vouches = LawWords.renewals(in);
                yield new AllocatorCommand.Renew(
                        incarnation, knows, unreachable, vouches, in.i64());
            }
            case AWAY -> {
                Incarnation incarnation = LawWords.incarnation(in);
                yield new AllocatorCommand.Away(incarnation, in.i64());
            }
            case ACQUIRE -> {
                Incarnation incarnation = LawWords.incarnation(in);
                LeaseKey key = LawWords.key(in);
                int want = in.u16();
                yield new AllocatorCommand.Acquire(incarnation, key, want, LawWords.epoch(in));
            }
            case RETURN -> {
                Incarnation incarnation = LawWords.incarnation(in);
                LeaseKey key = LawWords.key(in);
                long asOf = in.i64();
                yield new AllocatorCommand.Return(incarnation, key, asOf, LawWords.ports(in));
            }
            case RECONCILED -> {
                Incarnation dead = LawWords.incarnation(in);
                LeaseKey key = LawWords.key(in);
                Ports free = LawWords.ports(in);
                yield new AllocatorCommand.Reconciled(dead, key, free, LawWords.epoch(in));
            }
            case DEAD -> new AllocatorCommand.Dead(LawWords.renewals(in));
            case FENCE -> new AllocatorCommand.Fence(LawWords.node(in));
            case FORGET -> new AllocatorCommand.Forget(LawWords.incarnation(in));
            case LEARN -> {
                long asOf = in.i64();
                Membership membership = MembershipCodec.read(in);
                List<Pool> added = in.list(Limits.POOLS_MAX, LawWords::pool);
                yield new AllocatorCommand.Learn(
                        asOf, membership, added, in.list(Limits.POOLS_MAX, LawWords::poolId));
            }
            default -> throw new WireException("command of the unknown kind " + kind);
        };
    }
}
