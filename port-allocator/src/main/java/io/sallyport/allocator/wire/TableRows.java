package io.sallyport.allocator.wire;

import io.sallyport.allocator.Holdings;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.MemoryTable;
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
 * 00                                                                 member list
 * 01 | eip 16 | pool generation 8 | protocol 1 | remote 16 | port 2  u8 version 1, list of
 *                                                                    (incarnation, packed ports),
 *                                                                    incarnations ascending
 * </pre>
 *
 * Addresses in keys have 16 bytes always (IPv4 as v4-mapped), so bytes sort as keys do. Keys have
 * no version: another layout would begin with another byte.
 */
public final class TableRows {

    private static final int VERSION = 1;
    private static final int MEMBERS = 0;
    private static final int LEASES = 1;
    private static final byte[] MEMBERS_KEY = {MEMBERS};

    private TableRows() {}

    /** Where changed rows go. */
    public interface Sink {
        void put(byte[] key, byte[] value);

        void delete(byte[] key);
    }

    /** Gives every row that changed since the last drain, once; the table counts as clean then. */
    public static void drainChanged(MemoryTable table, Sink sink) {
        table.drainChanged(
                new MemoryTable.ChangedRows() {
                    @Override
                    public void membership(Membership membership) {
                        sink.put(MEMBERS_KEY.clone(), AllocatorCodec.encode(membership));
                    }

                    @Override
                    public void holdings(LeaseKey key, Holdings holdings) {
                        if (holdings.leased() == 0) {
                            sink.delete(encode(key));
                        } else {
                            sink.put(encode(key), encode(holdings));
                        }
                    }
                });
    }

    /**
     * Puts a row back into a table that does not have it; in any order.
     *
     * @throws WireException where the bytes are not a row: the store is corrupt
     */
    public static void load(MemoryTable table, byte[] key, byte[] value) {
        if (Arrays.equals(key, MEMBERS_KEY)) {
            table.load(AllocatorCodec.decodeMembership(value));
            return;
        }
        LeaseKey leaseKey = WireReader.whole(key, TableRows::leaseKey);
        for (Share share : WireReader.whole(value, TableRows::shares)) {
            table.load(leaseKey, share.holder, share.ports);
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

    private record Share(Incarnation holder, List<Integer> ports) {}

    private static byte[] encode(Holdings holdings) {
        List<Share> shares = new ArrayList<>();
        for (Incarnation holder : holdings.holders()) {
            shares.add(new Share(holder, Arrays.stream(holdings.portsOf(holder)).boxed().toList()));
        }
        return new WireWriter().u8(VERSION).list(shares, TableRows::share).toBytes();
    }

    private static void share(WireWriter out, Share share) {
        LawWords.incarnation(out, share.holder);
        PackedPorts.write(out, share.ports);
    }

    private static List<Share> shares(WireReader in) {
        return in.expect(VERSION, "version of a row").list(Limits.PORTS, TableRows::share);
    }

    private static Share share(WireReader in) {
        Incarnation holder = LawWords.incarnation(in);
        return new Share(holder, PackedPorts.read(in));
    }
}
