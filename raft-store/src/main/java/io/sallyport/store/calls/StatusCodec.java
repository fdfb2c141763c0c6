package io.sallyport.store.calls;

import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.net.IpAddress;
import java.util.List;
import java.util.Optional;

/** A {@link StoreStatus} as bytes: its parts in the order of its record. */
final class StatusCodec {

    private static final int TEXT_BYTES_MAX = 63;
    private static final int GROUPS_MAX = 256;
    private static final int MEMBERSHIP_BYTES_MAX = 32 * 1024 * 1024;

    private StatusCodec() {}

    static void write(WireWriter out, StoreStatus status) {
        out.text(status.store())
                .i32(status.clients())
                .i64(status.catalogVersion())
                .i32(status.resources());
        Stores.write(out, status.stores());
        out.bytes(AllocatorCodec.encode(status.membership()))
                .list(status.groups(), StatusCodec::group)
                .list(status.fills(), StatusCodec::fill)
                .list(status.hottest(), StatusCodec::hot);
    }

    static StoreStatus read(WireReader in) {
        String store = in.text(TEXT_BYTES_MAX);
        int clients = in.i32();
        long catalogVersion = in.i64();
        int resources = in.i32();
        Stores stores = Stores.read(in);
        Membership membership = AllocatorCodec.decodeMembership(in.bytes(MEMBERSHIP_BYTES_MAX));
        List<StoreStatus.Group> groups = in.list(GROUPS_MAX, StatusCodec::group);
        List<StoreStatus.Fill> fills = in.list(Limits.POOLS_MAX, StatusCodec::fill);
        return new StoreStatus(
                store,
                clients,
                catalogVersion,
                resources,
                stores,
                membership,
                groups,
                fills,
                in.list(StoreStatus.HOTTEST_MAX, StatusCodec::hot));
    }

    private static void group(WireWriter out, StoreStatus.Group group) {
        out.u16(group.number())
                .text(group.role())
                .optional(group.leader(), WireWriter::text)
                .flag(group.ready())
                .i64(group.term())
                .i64(group.committed())
                .i64(group.applied())
                .i64(group.logStart())
                .i64(group.checkpoint())
                .i64(group.checkpointAgeSeconds());
        leases(out, group.leases());
    }

    private static StoreStatus.Group group(WireReader in) {
        int number = in.u16();
        String role = in.text(TEXT_BYTES_MAX);
        Optional<String> leader = in.optional(each -> each.text(TEXT_BYTES_MAX));
        boolean ready = in.flag();
        long term = in.i64();
        long committed = in.i64();
        long applied = in.i64();
        long logStart = in.i64();
        long checkpoint = in.i64();
        long age = in.i64();
        return new StoreStatus.Group(
                number,
                role,
                leader,
                ready,
                term,
                committed,
                applied,
                logStart,
                checkpoint,
                age,
                leases(in));
    }

    private static void leases(WireWriter out, StoreStatus.Leases leases) {
        out.i64(leases.learned())
                .i32(leases.destinations())
                .i64(leases.ports())
                .i64(leases.orphans())
                .i64(leases.grants())
                .i64(leases.granted())
                .i64(leases.returns())
                .i64(leases.exhausted())
                .i64(leases.overQuota())
                .i64(leases.early())
                .i64(leases.reconciled());
    }

    private static StoreStatus.Leases leases(WireReader in) {
        long learned = in.i64();
        int destinations = in.i32();
        long ports = in.i64();
        long orphans = in.i64();
        long grants = in.i64();
        long granted = in.i64();
        long returns = in.i64();
        long exhausted = in.i64();
        long overQuota = in.i64();
        long early = in.i64();
        return new StoreStatus.Leases(
                learned,
                destinations,
                ports,
                orphans,
                grants,
                granted,
                returns,
                exhausted,
                overQuota,
                early,
                in.i64());
    }

    private static void fill(WireWriter out, StoreStatus.Fill fill) {
        out.address(fill.pool().eip())
                .i64(fill.pool().generation())
                .i32(fill.destinations())
                .i64(fill.ports());
    }

    private static StoreStatus.Fill fill(WireReader in) {
        IpAddress eip = in.address();
        PoolId pool = new PoolId(eip, in.i64());
        int destinations = in.i32();
        return new StoreStatus.Fill(pool, destinations, in.i64());
    }

    private static void hot(WireWriter out, StoreStatus.Hot hot) {
        KeyWords.write(out, hot.key());
        out.i32(hot.ports());
    }

    private static StoreStatus.Hot hot(WireReader in) {
        return new StoreStatus.Hot(KeyWords.read(in), in.i32());
    }
}
