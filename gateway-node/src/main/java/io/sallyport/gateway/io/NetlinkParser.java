package io.sallyport.gateway.io;

import io.sallyport.gateway.io.Netlink.Address;
import io.sallyport.gateway.io.Netlink.Hop;
import io.sallyport.gateway.io.Netlink.Link;
import io.sallyport.gateway.io.Netlink.Neighbour;
import io.sallyport.gateway.io.Netlink.Route;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads rtnetlink messages without their 16-byte header. Pure; empty where the message is of no
 * interest. Attributes are {length u16, type u16, value} padded to 4 bytes.
 */
final class NetlinkParser {

    private static final int IFF_UP = 1;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_METRICS = 8;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_VIA = 18;
    private static final int RTAX_MTU = 2;
    private static final int RTM_F_CLONED = 0x200;
    private static final int TABLE_MAIN = 254;
    private static final int RTN_UNICAST = 1;
    private static final int RTN_LOCAL = 2;
    static final byte BLACKHOLE = 6;
    private static final int RTN_PROHIBIT = 8;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;

    /** REACHABLE, STALE, DELAY, PROBE, NOARP, PERMANENT: the MAC may be used. */
    private static final int NUD_VALID = 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x80;

    private static final int NUD_PERMANENT = 0x80;

    private NetlinkParser() {}

    static Optional<Link> link(ByteBuffer message) {
        Map<Integer, ByteBuffer> attributes = attributes(message, 16);
        ByteBuffer name = attributes.get(IFLA_IFNAME);
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(
                new Link(
                        message.getInt(4),
                        text(name),
                        mac(attributes.get(IFLA_ADDRESS)),
                        integer(attributes.get(IFLA_MTU)),
                        (message.getInt(8) & IFF_UP) != 0));
    }

    /** A link's name and its alias. */
    static Optional<Map.Entry<String, String>> alias(ByteBuffer message) {
        Map<Integer, ByteBuffer> attributes = attributes(message, 16);
        ByteBuffer name = attributes.get(IFLA_IFNAME);
        ByteBuffer alias = attributes.get(IFLA_IFALIAS);
        return name == null || alias == null
                ? Optional.empty()
                : Optional.of(Map.entry(text(name), text(alias)));
    }

    static Optional<Address> address(ByteBuffer message) {
        int family = message.get(0);
        Map<Integer, ByteBuffer> attributes = attributes(message, 8);
        // On a point-to-point link IFA_ADDRESS is the other end; IFA_LOCAL is ours.
        ByteBuffer bytes = attributes.getOrDefault(IFA_LOCAL, attributes.get(IFA_ADDRESS));
        if (bytes == null || !Netlink.isIp(family)) {
            return Optional.empty();
        }
        return Optional.of(
                new Address(
                        message.getInt(4),
                        Netlink.address(family, bytes(bytes)),
                        Byte.toUnsignedInt(message.get(1))));
    }

    /** Of the main table; what we announce there forwards nothing. */
    static Optional<Route> route(ByteBuffer message) {
        return protocol(message) == HostRoutes.PROTOCOL
                ? Optional.empty()
                : inTable(message, TABLE_MAIN);
    }

    /** Of that table, made by that protocol. */
    static Optional<Route> route(ByteBuffer message, int table, int protocol) {
        return protocol(message) == protocol ? inTable(message, table) : Optional.empty();
    }

    /** What ends on this machine. */
    static Optional<IpPrefix> local(ByteBuffer message) {
        int family = message.get(0);
        ByteBuffer destination = attributes(message, 12).get(RTA_DST);
        return message.get(7) == RTN_LOCAL && destination != null && Netlink.isIp(family)
                ? Optional.of(prefix(family, message, destination))
                : Optional.empty();
    }

    private static IpPrefix prefix(int family, ByteBuffer message, ByteBuffer destination) {
        return new IpPrefix(
                Netlink.address(family, bytes(destination)), Byte.toUnsignedInt(message.get(1)));
    }

    private static int protocol(ByteBuffer message) {
        return Byte.toUnsignedInt(message.get(5));
    }

    private static Optional<Route> inTable(ByteBuffer message, int wanted) {
        int family = message.get(0);
        int type = message.get(7);
        Map<Integer, ByteBuffer> attributes = attributes(message, 12);
        int table =
                attributes.containsKey(RTA_TABLE)
                        ? integer(attributes.get(RTA_TABLE))
                        : Byte.toUnsignedInt(message.get(4));
        boolean refusing = type >= BLACKHOLE && type <= RTN_PROHIBIT;
        if (!Netlink.isIp(family)
                || table != wanted
                || (message.getInt(8) & RTM_F_CLONED) != 0
                || (type != RTN_UNICAST && !refusing)) {
            return Optional.empty();
        }
        ByteBuffer destination = attributes.get(RTA_DST);
        IpPrefix prefix =
                destination == null
                        ? Netlink.everything(family)
                        : prefix(family, message, destination);
        return Optional.of(
                new Route(
                        prefix,
                        refusing ? List.of() : hops(family, attributes),
                        Integer.toUnsignedLong(integer(attributes.get(RTA_PRIORITY))),
                        mtu(attributes.get(RTA_METRICS))));
    }

    private static List<Hop> hops(int family, Map<Integer, ByteBuffer> attributes) {
        ByteBuffer multipath = attributes.get(RTA_MULTIPATH);
        if (multipath == null) {
            return List.of(hop(family, integer(attributes.get(RTA_OIF)), attributes));
        }
        List<Hop> hops = new ArrayList<>();
        int at = 0;
        // rtnexthop: {length u16, flags u8, hops u8, ifindex i32, attributes}
        while (multipath.limit() - at >= 8) {
            int length = Short.toUnsignedInt(multipath.getShort(at));
            if (length < 8 || length > multipath.limit() - at) {
                break;
            }
            ByteBuffer one = multipath.slice(at, length).order(multipath.order());
            hops.add(hop(family, one.getInt(4), attributes(one, 8)));
            at += length + 3 & ~3;
        }
        return hops;
    }

    private static Hop hop(int family, int link, Map<Integer, ByteBuffer> attributes) {
        ByteBuffer gateway = attributes.get(RTA_GATEWAY);
        if (gateway != null) {
            return new Hop(link, Optional.of(Netlink.address(family, bytes(gateway))));
        }
        ByteBuffer via = attributes.get(RTA_VIA);
        if (via != null && via.limit() > 2) {
            // {family u16, address}: an IPv4 route through an IPv6 neighbour
            ByteBuffer address = via.slice(2, via.limit() - 2);
            return new Hop(link, Optional.of(Netlink.address(via.getShort(0), bytes(address))));
        }
        return new Hop(link, Optional.<IpAddress>empty());
    }

    private static int mtu(@org.jspecify.annotations.Nullable ByteBuffer metrics) {
        return metrics == null ? 0 : integer(attributes(metrics, 0).get(RTAX_MTU));
    }

    static Optional<Neighbour> neighbour(ByteBuffer message) {
        int family = message.get(0);
        int state = Short.toUnsignedInt(message.getShort(8));
        Map<Integer, ByteBuffer> attributes = attributes(message, 12);
        ByteBuffer address = attributes.get(NDA_DST);
        if (!Netlink.isIp(family) || address == null) {
            return Optional.empty();
        }
        long mac = (state & NUD_VALID) == 0 ? -1 : mac(attributes.get(NDA_LLADDR));
        return Optional.of(
                new Neighbour(
                        message.getInt(4),
                        Netlink.address(family, bytes(address)),
                        mac,
                        (state & NUD_PERMANENT) != 0));
    }

    private static Map<Integer, ByteBuffer> attributes(ByteBuffer message, int from) {
        Map<Integer, ByteBuffer> attributes = new HashMap<>();
        int at = from;
        while (message.limit() - at >= 4) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < 4 || length > message.limit() - at) {
                break;
            }
            int type = message.getShort(at + 2) & 0x3fff;
            attributes.put(type, message.slice(at + 4, length - 4).order(message.order()));
            at += length + 3 & ~3;
        }
        return attributes;
    }

    private static int integer(@org.jspecify.annotations.Nullable ByteBuffer value) {
        return value == null || value.limit() < 4 ? 0 : value.getInt(0);
    }

    private static long mac(@org.jspecify.annotations.Nullable ByteBuffer value) {
        if (value == null || value.limit() != 6) {
            return -1;
        }
        long mac = 0;
        for (int i = 0; i < 6; i++) {
            mac = mac << 8 | Byte.toUnsignedLong(value.get(i));
        }
        return mac;
    }

    private static String text(ByteBuffer value) {
        byte[] bytes = bytes(value);
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer value) {
        byte[] bytes = new byte[value.limit()];
        value.get(0, bytes);
        return bytes;
    }
}
