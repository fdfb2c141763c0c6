package io.sallyport.gateway.io;

import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The kernel's end of all VXLAN tunnels: a device without a network identifier of its own, whose
 * programs read and write each packet's tunnel ("external" or collect-metadata). It has no address
 * and no neighbours. Named by its port, which the kernel gives to one such device in a network
 * namespace, that of the thread that opens it; the alias says whose it is. It outlives the process
 * until {@link #remove}. Cold; one thread.
 */
public final class VxlanDevice implements AutoCloseable {

    private static final String NAME = "sallyport";
    private static final String ALIAS = "sallyport node ";

    private static final int NEW_LINK = 16;
    private static final int DELETE_LINK = 17;
    private static final int CREATE_ONLY = 0x600;
    private static final int UP = 1;
    private static final int IFLA_NAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_KIND_OF_LINK = 18;
    private static final int IFLA_ALIAS = 20;
    private static final int IFLA_FAMILIES = 26;
    private static final int INFO_KIND = 1;
    private static final int INFO_DATA = 2;
    private static final int VXLAN_LEARNING = 7;
    private static final int VXLAN_PORT = 15;
    private static final int VXLAN_ZERO_CHECKSUM6 = 20;
    private static final int VXLAN_METADATA = 25;
    private static final int AF_INET6 = 10;
    private static final int INET6_ADDRESSES = 8;
    private static final byte INET6_NO_ADDRESSES = 1;
    private static final int EAFNOSUPPORT = 97;

    /** Clients' MTU is the gateway's to keep, packet by packet; the device itself takes all. */
    private static final int MTU = 65_000;

    private final Netlink netlink;
    private final String name;
    private final int index;
    private final boolean up;

    private VxlanDevice(Netlink netlink, Netlink.Link link) {
        this.netlink = netlink;
        name = link.name();
        index = link.index();
        up = link.up();
    }

    /**
     * This owner's device for that port, made where it is not there; a new one is down, so that no
     * packet comes before {@link #raise}.
     *
     * @param local the tunnel's address, which must be on this machine, and its port
     * @param adopt a former life's may go on as it is; else it is made anew
     * @throws UncheckedIOException where the kernel or this process's rights do not suffice, the
     *     address is not here, or the device is another owner's
     */
    public static VxlanDevice open(Endpoint local, String owner, boolean adopt) {
        String name = NAME + local.port();
        Netlink netlink = new Netlink();
        try {
            if (!local.address().toInetAddress().isAnyLocalAddress()
                    && !netlink.isLocal(local.address())) {
                throw failed("make " + name, local.address() + " is not on this machine");
            }
            Optional<Netlink.Link> former = former(netlink, name, owner);
            if (former.isPresent() && adopt && former.get().up()) {
                return new VxlanDevice(netlink, former.get());
            }
            former.ifPresent(link -> delete(netlink, link));
            return new VxlanDevice(netlink, made(netlink, name, local.port(), owner));
        } catch (RuntimeException e) {
            netlink.close();
            throw e;
        }
    }

    /** That owner's device for the port goes, if it is there: a killed process may have left it. */
    public static void remove(int port, String owner) {
        try (Netlink netlink = new Netlink()) {
            former(netlink, NAME + port, owner).ifPresent(link -> delete(netlink, link));
        }
    }

    private static Optional<Netlink.Link> former(Netlink netlink, String name, String owner) {
        Optional<Netlink.Link> link = link(netlink, name);
        String alias = netlink.aliases().getOrDefault(name, "");
        // Without an alias: its maker died between two messages.
        if (link.isPresent() && !alias.isEmpty() && !alias.equals(ALIAS + owner)) {
            throw failed("make " + name, "there is one already, of \"" + alias + '"');
        }
        return link;
    }

    private static Optional<Netlink.Link> link(Netlink netlink, String name) {
        return netlink.links().stream().filter(one -> one.name().equals(name)).findAny();
    }

    private static void delete(Netlink netlink, Netlink.Link link) {
        check(
                netlink.change(DELETE_LINK, 0, NetlinkMessage.link(link.index(), 0, 0)),
                "remove " + link.name());
    }

    private static Netlink.Link made(Netlink netlink, String name, int port, String owner) {
        NetlinkMessage vxlan =
                new NetlinkMessage()
                        .octet(VXLAN_LEARNING, 0)
                        .bigEndian16(VXLAN_PORT, port)
                        .octet(VXLAN_ZERO_CHECKSUM6, 1)
                        .octet(VXLAN_METADATA, 1);
        NetlinkMessage kind =
                new NetlinkMessage().text(INFO_KIND, "vxlan").nested(INFO_DATA, vxlan);
        check(
                netlink.change(
                        NEW_LINK,
                        CREATE_ONLY,
                        NetlinkMessage.link(0, 0, 0)
                                .text(IFLA_NAME, name)
                                .number(IFLA_MTU, MTU)
                                .nested(IFLA_KIND_OF_LINK, kind)),
                "make the VXLAN device " + name);
        Netlink.Link link =
                link(netlink, name).orElseThrow(() -> failed("make " + name, "it went again"));
        check(
                netlink.change(
                        NEW_LINK,
                        0,
                        NetlinkMessage.link(link.index(), 0, 0).text(IFLA_ALIAS, ALIAS + owner)),
                "name the owner of " + name);
        int answer =
                netlink.change(
                        NEW_LINK,
                        0,
                        NetlinkMessage.link(link.index(), 0, 0)
                                .nested(
                                        IFLA_FAMILIES,
                                        new NetlinkMessage()
                                                .nested(
                                                        AF_INET6,
                                                        new NetlinkMessage()
                                                                .octet(
                                                                        INET6_ADDRESSES,
                                                                        INET6_NO_ADDRESSES))));
        if (answer != -EAFNOSUPPORT) { // a kernel without IPv6 gives no such address anyway
            check(answer, "keep IPv6 addresses off " + name);
        }
        return link;
    }

    public String name() {
        return name;
    }

    public boolean isUp() {
        return up;
    }

    /**
     * From now on packets come.
     *
     * @throws UncheckedIOException where somebody else has the port
     */
    public void raise() {
        check(
                netlink.change(NEW_LINK, 0, NetlinkMessage.link(index, UP, UP)),
                "bring " + name + " up");
    }

    /** It goes, and its programs with it. */
    public void remove() {
        link(netlink, name)
                .filter(one -> one.index() == index)
                .ifPresent(one -> delete(netlink, one));
    }

    /** The device itself stays. */
    @Override
    public void close() {
        netlink.close();
    }

    private static void check(int answer, String what) {
        if (answer < 0) {
            throw failed(what, reason(-answer));
        }
    }

    private static String reason(int errno) {
        return switch (errno) {
            case 1 -> "not permitted (CAP_NET_ADMIN is needed)";
            case 17 -> "another VXLAN device has this port";
            case 95 -> "this kernel has no VXLAN";
            case 98 -> "another process has this UDP port";
            default -> "errno " + errno;
        };
    }

    private static UncheckedIOException failed(String what, String why) {
        return new UncheckedIOException(new IOException("cannot " + what + ": " + why));
    }
}
