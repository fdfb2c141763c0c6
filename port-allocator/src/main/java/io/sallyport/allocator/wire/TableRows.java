package io.sallyport.allocator.wire;

import io.sallyport.allocator.Holdings;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of a {@link MemoryTable} as keys and values of an ordered store of bytes. On the table's
 * own thread.
 *
 * <pre>
 * key                                                                value
 * 00                                                                 i64 learned as of,
 *                                                                    member list
 * 02 | eip 16 | pool generation 8                                    pool
 * 01 | eip 16 | pool generation 8 | protocol 1 | remote 16 | port 2  u8 version 2, list of
 *                                                                    (incarnation, i64 newest
 *                                                                    grant, packed ports),
 *                                                                    incarnations ascending
 * </pre>
 *
 * Addresses in keys have 16 bytes always (IPv4 as v4-mapped), so bytes sort as keys do. Keys have
 * no version: another layout would begin with another byte.
 */
public final class TableRows {

    private static final int VERSION = 2;
    private static final int MEMBERS = 0;
    private static final int LEASES = 1;
    private static final int POOLS = 2;
    private static final byte[] MEMBERS_KEY = {MEMBERS};

    private TableRows() {}

    /** Where changed rows go. */
    public interface Sink {
        void put(byte[] key, byte[] value);

        void delete(byte[] key);
    }

    /** Cuts the table and gives all that the cut holds, at once. */
    public static void drainChanged(MemoryTable table, Sink sink) {
        table.cut();
        while (drain(table, sink, Integer.MAX_VALUE)) {}
    }

    /**
     * Gives some of what the last cut holds, as {@link MemoryTable#drain} does.
     *
     * @param most how many rows at most
     * @return whether more is left
     */
    public static boolean drain(MemoryTable table, Sink sink, int most) {
        return table.drain(
                new MemoryTable.ChangedRows() {
                    @Override
                    public void learned(long asOf, Membership membership) {
                        WireWriter out = new WireWriter().i64(asOf);
                        MembershipCodec.write(out, membership);
                        sink.put(MEMBERS_KEY.clone(), out.toBytes());
                    }

                    @Override
                    public void pool(Pool pool) {
                        WireWriter out = new WireWriter().u8(VERSION);
                        LawWords.pool(out, pool);
                        sink.put(encode(pool.id()), out.toBytes());
                    }

                    @Override
                    public void poolGone(PoolId id) {
                        sink.delete(encode(id));
                    }

                    @Override
                    public void holdings(LeaseKey key, Holdings holdings) {
                        if (holdings.leased() == 0) {
                            sink.delete(encode(key));
                        } else {
                            sink.put(encode(key), encode(holdings));
                        }
                    }
                },
                most);
    }

    /**
     * Puts a row back into a table that does not have it; in any order.
     *
     * @throws WireException where the bytes are not a row: the store is corrupt
     */
    public static void load(MemoryTable table, byte[] key, byte[] value) {
        if (Arrays.equals(key, MEMBERS_KEY)) {
            WireReader in = new WireReader(value);
            long asOf = in.i64();
            table.load(asOf, MembershipCodec.read(in));
            in.end();
            return;
        }
        if (key.length > 0 && key[0] == POOLS) {
            table.load(WireReader.whole(value, TableRows::pool));
            return;
        }
        LeaseKey leaseKey = WireReader.whole(key, TableRows::leaseKey);
        for (Share share : WireReader.whole(value, TableRows::shares)) {
            table.load(leaseKey, share.holder, share.grant, share.ports);
        }
    }

    private static byte[] encode(LeaseKey key) {
        Destination destination = key.destination();
        return new WireWriter(44)
                .u8(LEASES)
                .i64(key.eip().high())
                .i64(key.eip().low())
                .i64(key.poolGeneration())
                .protocol(destination.protocol())
                .i64(destination.address().high())
                .i64(destination.address().low())
                .u16(destination.port())
                .toBytes();
    }

    private static byte[] encode(PoolId id) {
        return new WireWriter(25)
                .u8(POOLS)
                .i64(id.eip().high())
                .i64(id.eip().low())
                .i64(id.generation())
                .toBytes();
    }

    private static Pool pool(WireReader in) {
        return LawWords.pool(in.expect(VERSION, "version of a pool"));
    }

    private static LeaseKey leaseKey(WireReader in) {
        IpAddress eip = wideAddress(in.expect(LEASES, "kind of a row"));
        long generation = in.i64();
        Protocol protocol = in.protocol();
        IpAddress remote = wideAddress(in);
        return new LeaseKey(eip, generation, new Destination(protocol, remote, in.u16()));
    }

    private static IpAddress wideAddress(WireReader in) {
        long high = in.i64();
        return IpAddress.of(high, in.i64());
    }

    private record Share(Incarnation holder, long grant, Ports ports) {}

    private static byte[] encode(Holdings holdings) {
        List<Share> shares = new ArrayList<>();
        for (Incarnation holder : holdings.holders()) {
            shares.add(new Share(holder, holdings.lastGrant(holder), holdings.portsOf(holder)));
        }
        return new WireWriter().u8(VERSION).list(shares, TableRows::share).toBytes();
    }

    private static void share(WireWriter out, Share share) {
        LawWords.incarnation(out, share.holder);
        PackedPorts.write(out.i64(share.grant), share.ports);
    }

    private static List<Share> shares(WireReader in) {
        return in.expect(VERSION, "version of a row").list(Limits.PORTS, TableRows::share);
    }

    private static Share share(WireReader in) {
        Incarnation holder = LawWords.incarnation(in);
        long grant = in.i64();
        return new Share(holder, grant, PackedPorts.read(in));
    }
}
