package io.sallyport.gateway.io;

import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Ipv6;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the kernel knows of links, addresses, routes and neighbours (rtnetlink), read by dumps. One
 * cold thread at a time.
 */
public final class Netlink implements AutoCloseable {

    /**
     * @param mac low 48 bits, first byte highest; -1 where the link has none
     * @param mtu bytes
     */
    public record Link(int index, String name, long mac, int mtu, boolean up) {}

    /** An address that the box owns, with its subnet. */
    public record Address(int link, IpAddress address, int prefixLength) {}

    /**
     * A route of the main table.
     *
     * @param hops empty: packets are refused (blackhole, unreachable, prohibit)
     * @param metric the lowest of one prefix counts
     * @param mtu 0 where the route has none of its own
     */
    public record Route(IpPrefix prefix, List<Hop> hops, long metric, int mtu) {
        public Route {
            hops = List.copyOf(hops);
        }
    }

    /**
     * @param via empty: on the link itself
     */
    public record Hop(int link, Optional<IpAddress> via) {}

    /**
     * @param mac -1 while it is not known
     * @param permanent an operator set it; it is never asked for
     */
    public record Neighbour(int link, IpAddress address, long mac, boolean permanent) {}

    static final int RTM_NEWNEIGH = 28;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_GETADDR = 22;
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_GETNEIGH = 30;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLM_F_REPLACE = 0x100;
    private static final int NLM_F_EXCL = 0x200;
    private static final int NLM_F_CREATE = 0x400;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int NTF_USE = 1;

    /** In {@code struct rtmsg}. */
    private static final int RTM_PROTOCOL = 5;

    private static final int NDA_DST = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    /** How long the kernel may take over one piece of a dump. */
    private static final int ANSWER_MILLIS = 2000;

    private final NetlinkSocket socket = new NetlinkSocket(0, ANSWER_MILLIS);
    private int sequence;

    public List<Link> links() {
        return dump(RTM_GETLINK, 16, NetlinkParser::link);
    }

    public List<Address> addresses() {
        return dump(RTM_GETADDR, 8, NetlinkParser::address);
    }

    public List<Route> routes() {
        return dump(RTM_GETROUTE, 12, NetlinkParser::route);
    }

    /** Whether packets to it end here: an interface has it, or a route of type local leads here. */
    boolean isLocal(IpAddress address) {
        return dump(RTM_GETROUTE, 12, NetlinkParser::local).stream()
                .anyMatch(prefix -> prefix.contains(address));
    }

    /** Dumps are short where the box has many routes of others: {@link #hostRoutes}. */
    void filterDumps() {
        socket.filterDumps();
    }

    /** Host routes of that protocol in that table. */
    List<Route> hostRoutes(int table, int protocol) {
        return dump(
                        RTM_GETROUTE,
                        12,
                        request -> request.put(16 + RTM_PROTOCOL, (byte) protocol),
                        message -> NetlinkParser.route(message, table, protocol))
                .stream()
                .filter(route -> HostRoutes.isHost(route.prefix()))
                .toList();
    }

    public List<Neighbour> neighbours() {
        return dump(RTM_GETNEIGH, 12, NetlinkParser::neighbour);
    }

    /**
     * Tells the kernel that the neighbour is in use: it resolves its MAC, or asks whether a stale
     * one still holds. Returns at once; the outcome is a change of the neighbour table.
     *
     * @param known it is in the table and not permanent: to be used, the kernel would make a
     *     permanent one forget that it is. Not known: it is made, and left alone should it have
     *     appeared meanwhile.
     */
    public void use(int link, IpAddress address, boolean known) {
        byte[] bytes = address.bytes();
        int length = 16 + 12 + 4 + bytes.length;
        int flags = NLM_F_REQUEST | NLM_F_CREATE | (known ? NLM_F_REPLACE : NLM_F_EXCL);
        ByteBuffer message = message(length, RTM_NEWNEIGH, flags);
        message.put(16, (byte) (address.isV4() ? AF_INET : AF_INET6));
        message.putInt(20, link);
        message.put(26, (byte) NTF_USE);
        message.putShort(28, (short) (4 + bytes.length)).putShort(30, (short) NDA_DST);
        message.put(32, bytes);
        socket.send(message);
    }

    /** Links' aliases by their names, of those that have one. */
    public Map<String, String> aliases() {
        Map<String, String> aliases = new HashMap<>();
        dump(RTM_GETLINK, 16, NetlinkParser::alias)
                .forEach(one -> aliases.put(one.getKey(), one.getValue()));
        return aliases;
    }

    /**
     * Changes something.
     *
     * @param flags beside those of every request
     * @return 0, or the kernel's errno negated
     */
    int change(int type, int flags, NetlinkMessage what) {
        byte[] body = what.written();
        ByteBuffer request = message(16 + body.length, type, NLM_F_REQUEST | NLM_F_ACK | flags);
        socket.send(request.put(16, body));
        while (true) {
            ByteBuffer piece = socket.receive();
            if (piece == null || !piece.hasRemaining()) {
                throw new IllegalStateException("netlink: no answer in " + ANSWER_MILLIS + " ms");
            }
            while (piece.remaining() >= 20) {
                int start = piece.position();
                if (piece.getInt(start + 8) == sequence
                        && piece.getShort(start + 4) == NLMSG_ERROR) {
                    return piece.getInt(start + 16);
                }
                piece.position(Math.min(start + (piece.getInt(start) + 3 & ~3), piece.limit()));
            }
        }
    }

    private interface Parse<T> {
        Optional<T> parse(ByteBuffer payload);
    }

    private <T> List<T> dump(int type, int headerLength, Parse<T> parse) {
        return dump(type, headerLength, request -> {}, parse);
    }

    private <T> List<T> dump(
            int type, int headerLength, Consumer<ByteBuffer> filter, Parse<T> parse) {
        // A dump that the kernel says was interrupted by a change is incomplete: once more.
        for (int attempt = 0; attempt < 8; attempt++) {
            ByteBuffer request = message(16 + headerLength, type, NLM_F_REQUEST | NLM_F_DUMP);
            filter.accept(request);
            socket.send(request);
            List<T> found = new java.util.ArrayList<>();
            if (collect(found, parse)) {
                return found;
            }
        }
        throw new IllegalStateException(
                "netlink: the kernel's tables change faster than they can be read");
    }

    /** False where the dump is to be repeated. */
    private <T> boolean collect(List<T> found, Parse<T> parse) {
        boolean whole = true;
        while (true) {
            ByteBuffer piece = socket.receive();
            if (piece == null) {
                return false;
            }
            if (!piece.hasRemaining()) {
                throw new IllegalStateException("netlink: no answer in " + ANSWER_MILLIS + " ms");
            }
            while (piece.remaining() >= 16) {
                int start = piece.position();
                int length = piece.getInt(start);
                int type = Short.toUnsignedInt(piece.getShort(start + 4));
                if (piece.getInt(start + 8) == sequence) {
                    whole &= (piece.getShort(start + 6) & NLM_F_DUMP_INTR) == 0;
                    if (type == NLMSG_DONE) {
                        return whole;
                    }
                    if (type == NLMSG_ERROR) {
                        throw new IllegalStateException(
                                "netlink: errno " + -piece.getInt(start + 16));
                    }
                    ByteBuffer payload = piece.slice(start + 16, length - 16);
                    parse.parse(payload.order(ByteOrder.nativeOrder())).ifPresent(found::add);
                }
                piece.position(Math.min(start + (length + 3 & ~3), piece.limit()));
            }
        }
    }

    private ByteBuffer message(int length, int type, int flags) {
        sequence++;
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putInt(0, length)
                .putShort(4, (short) type)
                .putShort(6, (short) flags)
                .putInt(8, sequence);
    }

    static IpAddress address(int family, byte[] bytes) {
        return family == AF_INET ? new Ipv4(ByteBuffer.wrap(bytes).getInt()) : IpAddress.of(bytes);
    }

    /** The prefix that holds everything of a family. */
    static IpPrefix everything(int family) {
        return new IpPrefix(family == AF_INET ? new Ipv4(0) : new Ipv6(0, 0), 0);
    }

    static boolean isIp(int family) {
        return family == AF_INET || family == AF_INET6;
    }

    @Override
    public void close() {
        socket.close();
    }
}
