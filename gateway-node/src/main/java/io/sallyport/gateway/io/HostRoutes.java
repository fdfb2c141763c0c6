package io.sallyport.gateway.io;

import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Host routes (/32 and /128) of our own protocol number in one of the kernel's tables. They carry
 * nothing: a BGP daemon that reads the table announces them, and where the table is the main one,
 * what no door took is dropped there. Cold; one thread.
 */
public final class HostRoutes implements AutoCloseable {

    /** By this (RTA protocol) the daemon, and we, know them from all others. */
    public static final int PROTOCOL = 83;

    /**
     * @param metric 1 to 16,777,215: the lower, the better
     */
    public record HostRoute(IpAddress address, int metric) {}

    private static final int NEW_ROUTE = 24;
    private static final int DELETE_ROUTE = 25;
    private static final int CREATE_ONLY = 0x600;
    private static final int RTA_DST = 1;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_TABLE = 15;
    private static final int EEXIST = 17;
    private static final int ESRCH = 3;

    private final int table;
    private final Netlink netlink = new Netlink();

    /**
     * @param table its number, as in {@code ip route show table N}
     */
    public HostRoutes(int table) {
        this.table = table;
        netlink.filterDumps();
    }

    /** All that are there. */
    public List<HostRoute> list() {
        return netlink.hostRoutes(table, PROTOCOL).stream()
                .map(route -> new HostRoute(route.prefix().address(), (int) route.metric()))
                .toList();
    }

    /**
     * Puts it there; one of another metric stays.
     *
     * @throws UncheckedIOException where the kernel refuses
     */
    public void add(HostRoute route) {
        change(NEW_ROUTE, CREATE_ONLY, route, EEXIST);
    }

    /**
     * Takes it away, if it is there.
     *
     * @throws UncheckedIOException where the kernel refuses
     */
    public void remove(HostRoute route) {
        change(DELETE_ROUTE, 0, route, ESRCH);
    }

    private void change(int type, int flags, HostRoute route, int harmless) {
        byte[] address = route.address().bytes();
        NetlinkMessage message =
                NetlinkMessage.blackhole(address.length, table, PROTOCOL)
                        .octets(RTA_DST, address)
                        .number(RTA_TABLE, table)
                        .number(RTA_PRIORITY, route.metric());
        int answer = netlink.change(type, flags, message);
        if (answer != 0 && answer != -harmless) {
            throw new UncheckedIOException(
                    new IOException(
                            "the route of %s in table %d: errno %d"
                                    .formatted(route.address(), table, -answer)));
        }
    }

    /** The host's own prefix. */
    static boolean isHost(IpPrefix prefix) {
        return prefix.length() == (prefix.address().isV4() ? 32 : 128);
    }

    @Override
    public void close() {
        netlink.close();
    }
}
