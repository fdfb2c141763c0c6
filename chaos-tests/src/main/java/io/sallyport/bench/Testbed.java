package io.sallyport.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client, a gateway and a server in network namespaces of their own. Who is whose neighbour is
 * said once for all, so that nobody ever asks.
 *
 * <pre>
 *  client c0 10.1.0.2/16 ----- 10.1.0.1 lan  gateway  wan 198.51.100.1/24 ----- .2 s0 server
 *     fd00:1::2/64               fd00:1::1           2001:db8:51::1/64         ::2
 *  the generator's clients: 10.1.1.0 and on           the sink: .3 (SINK_V6); the EIPs: .77, ::77
 * </pre>
 */
final class Testbed implements AutoCloseable {

    static final String INSIDE = "lan";
    static final String OUTSIDE = "wan";
    static final String CLIENT = "10.1.0.2";
    static final String INSIDE_ADDRESS = "10.1.0.1";

    /** Of the tunnels in which a client's packets may come. */
    static final int VNI = 7;

    static final int TUNNEL_PORT = 4789;

    static final String SERVER = "198.51.100.2";
    static final String SINK = "198.51.100.3";

    /** Its last 32 bits are those of the other, so that the sink knows both by one number. */
    static final String SINK_V6 = "2001:db8:51::c633:6403";

    static final String EIP = "198.51.100.77";
    static final String EIP_V6 = "2001:db8:51::77";

    /** ifindex of each device, which only the namespace's own need differ. */
    static final int CLIENT_DEVICE = 11;

    static final int INSIDE_DEVICE = 12;
    static final int OUTSIDE_DEVICE = 13;
    static final int SERVER_DEVICE = 14;

    /** Two that no packet ever meets, in the client's room and in the gateway's. */
    static final int IDLE_DEVICE = 20;

    static final int IDLE_DEVICES = 2;

    static final String CLIENT_MAC = "02:00:00:00:01:02";
    static final String INSIDE_MAC = "02:00:00:00:01:01";
    private static final String OUTSIDE_MAC = "02:00:00:00:02:01";
    private static final String SERVER_MAC = "02:00:00:00:02:02";

    /** One of the three. */
    enum Room {
        CLIENT,
        GATEWAY,
        SERVER
    }

    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Pattern LEFT = Pattern.compile("spb-[a-z0-9-]+-([0-9]+)-[a-z]+");

    private final String prefix;

    /**
     * @param name tells its namespaces from other testbeds'
     */
    Testbed(String name) {
        // Another bench may be running on this box, or have been killed.
        sweep();
        prefix = "spb-%s-%d-".formatted(name, ProcessHandle.current().pid());
        Tool.batch(
                List.of("ip", "-batch", "-"),
                Stream.of(Room.values()).map(room -> "netns add " + namespace(room)).toList());
        List<String> settings =
                List.of(
                        "net.ipv4.conf.all.rp_filter=0",
                        "net.ipv4.conf.default.rp_filter=0",
                        "net.ipv4.conf.all.send_redirects=0",
                        "net.ipv4.conf.default.send_redirects=0",
                        "net.ipv6.conf.default.accept_dad=0",
                        "net.ipv6.conf.default.router_solicitations=0",
                        "net.ipv6.conf.default.addr_gen_mode=1");
        for (Room room : Room.values()) {
            settings(room, settings);
        }
        link(Room.CLIENT, "c0", CLIENT_DEVICE, CLIENT_MAC, INSIDE, INSIDE_DEVICE, INSIDE_MAC);
        link(Room.SERVER, "s0", SERVER_DEVICE, SERVER_MAC, OUTSIDE, OUTSIDE_DEVICE, OUTSIDE_MAC);
        for (Room room : List.of(Room.CLIENT, Room.GATEWAY)) {
            ip(
                    room,
                    "link add idle0 index %d type veth peer name idle1 index %d"
                            .formatted(IDLE_DEVICE, IDLE_DEVICE + 1));
        }
        ip(
                Room.CLIENT,
                "link set lo up",
                "link set c0 up",
                "address add 10.1.0.2/16 dev c0",
                "address add fd00:1::2/64 dev c0 nodad",
                "neigh replace 10.1.0.1 lladdr " + INSIDE_MAC + " dev c0 nud permanent",
                "neigh replace fd00:1::1 lladdr " + INSIDE_MAC + " dev c0 nud permanent",
                "route add default via 10.1.0.1",
                "route add default via fd00:1::1");
        ip(
                Room.GATEWAY,
                "link set lo up",
                "link set lan up",
                "link set wan up",
                "address add 10.1.0.1/16 dev lan",
                "address add fd00:1::1/64 dev lan nodad",
                "address add 198.51.100.1/24 dev wan",
                "address add 2001:db8:51::1/64 dev wan nodad",
                neighbour("10.1.0.2", CLIENT_MAC, INSIDE),
                neighbour("fd00:1::2", CLIENT_MAC, INSIDE),
                neighbour(SERVER, SERVER_MAC, OUTSIDE),
                neighbour("2001:db8:51::2", SERVER_MAC, OUTSIDE),
                neighbour(SINK, SERVER_MAC, OUTSIDE),
                neighbour(SINK_V6, SERVER_MAC, OUTSIDE),
                "route add default via " + SERVER,
                "route add default via 2001:db8:51::2");
        ip(
                Room.SERVER,
                "link set lo up",
                "link set s0 up",
                "address add 198.51.100.2/24 dev s0",
                "address add 2001:db8:51::2/64 dev s0 nodad",
                neighbour("198.51.100.1", OUTSIDE_MAC, "s0"),
                neighbour("2001:db8:51::1", OUTSIDE_MAC, "s0"),
                neighbour(EIP, OUTSIDE_MAC, "s0"),
                neighbour(EIP_V6, OUTSIDE_MAC, "s0"),
                "route add 10.1.0.0/16 via 198.51.100.1",
                "route add fd00:1::/64 via 2001:db8:51::1");
    }

    /** What benches that were killed have left. */
    private static void sweep() {
        String[] names = Objects.requireNonNullElse(NAMESPACES.toFile().list(), new String[0]);
        Tool.batch(
                List.of("ip", "-force", "-batch", "-"),
                Stream.of(names)
                        .map(LEFT::matcher)
                        .filter(Matcher::matches)
                        .filter(left -> ProcessHandle.of(Long.parseLong(left.group(1))).isEmpty())
                        .map(left -> "netns delete " + left.group())
                        .toList());
    }

    private static String neighbour(String address, String mac, String device) {
        return "neigh replace %s lladdr %s dev %s nud permanent".formatted(address, mac, device);
    }

    private void link(
            Room room,
            String device,
            int index,
            String mac,
            String gatewayDevice,
            int gatewayIndex,
            String gatewayMac) {
        Tool.run(
                "ip",
                "link",
                "add",
                "name",
                device,
                "index",
                Integer.toString(index),
                "address",
                mac,
                "netns",
                namespace(room),
                "type",
                "veth",
                "peer",
                "name",
                gatewayDevice,
                "index",
                Integer.toString(gatewayIndex),
                "address",
                gatewayMac,
                "netns",
                namespace(Room.GATEWAY));
    }

    private String namespace(Room room) {
        return prefix + room.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The file that stands for a room's namespace. */
    Path file(Room room) {
        return NAMESPACES.resolve(namespace(room));
    }

    /** The command that runs {@code command} in a room. */
    List<String> inside(Room room, List<String> command) {
        return Stream.concat(Stream.of("nsenter", "--net=" + file(room)), command.stream())
                .toList();
    }

    String run(Room room, String... command) {
        return Tool.run(inside(room, List.of(command)), "");
    }

    void ip(Room room, String... lines) {
        Tool.batch(inside(room, List.of("ip", "-batch", "-")), List.of(lines));
    }

    /** {@code name=value} as sysctl(8) has them, which may be missing. */
    void settings(Room room, List<String> settings) {
        String script =
                settings.stream()
                        .map(setting -> setting.split("=", 2))
                        .map(pair ->
                                "echo '%s' > /proc/sys/%s"
                                        .formatted(pair[1], pair[0].replace('.', '/')))
                        .collect(Collectors.joining("\n"));
        Tool.run(inside(room, List.of("sh", "-e")), script);
    }

    /** The gateway's kernel forwards, both families. */
    void forward() {
        settings(Room.GATEWAY, List.of("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"));
    }

    /** The gateway's kernel takes its clients' packets out of their tunnels. */
    void openTunnels() {
        ip(
                Room.GATEWAY,
                "link add vpc0 address %s type vxlan id %d local %s dstport %d nolearning"
                        .formatted(INSIDE_MAC, VNI, INSIDE_ADDRESS, TUNNEL_PORT),
                "link set vpc0 up");
    }

    /**
     * What native XDP on both of the gateway's devices asks of the ends of its wires: whole
     * checksums, since the program loses the sender's intent to compute them, and a receiver for
     * redirected frames.
     */
    void suitXdp() {
        for (Room room : List.of(Room.CLIENT, Room.SERVER)) {
            String device = room == Room.CLIENT ? "c0" : "s0";
            run(room, "ethtool", "-K", device, "tx", "off", "gro", "on");
        }
        for (String device : List.of(INSIDE, OUTSIDE)) {
            run(Room.GATEWAY, "ethtool", "-K", device, "gro", "on");
        }
    }

    @Override
    public void close() {
        List<String> lines = new ArrayList<>();
        for (Room room : Room.values()) {
            lines.add("netns delete " + namespace(room));
        }
        Tool.batch(List.of("ip", "-batch", "-"), lines);
    }
}
