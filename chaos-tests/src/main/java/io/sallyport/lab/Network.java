package io.sallyport.lab;

import io.sallyport.lab.Host.Link;
import io.sallyport.lab.Host.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes the namespaces, links, addresses and routes of a {@link Topology}. It touches nothing but
 * namespaces of its own: links are born in the router's and moved from there.
 */
final class Network {

    private static final String SERVERS_BRIDGE = "internet";

    private final Topology topology;

    Network(Topology topology) {
        this.topology = topology;
    }

    /** With the traffic spread over all nodes. */
    void build() {
        build(Routing.NONE);
    }

    /** With BGP nothing leads to a node before it says so. */
    void build(Routing routing) {
        List<Host> hosts = topology.hosts();
        Host router = topology.router();
        List<String> namespaces = new ArrayList<>(List.of("netns add " + router.namespace()));
        hosts.forEach(host -> namespaces.add("netns add " + host.namespace()));
        batch(List.of("ip", "-batch", "-"), namespaces);

        // Before there is a device: it takes what is the default when it is born.
        sysctl(router, forwarding(1));
        hosts.parallelStream().forEach(host -> sysctl(host, forwarding(0)));
        buildRouter(router, hosts, routing);
        hosts.parallelStream().forEach(host -> buildHost(host, routing));
    }

    private void buildRouter(Host router, List<Host> hosts, Routing routing) {
        List<String> lines = new ArrayList<>();
        lines.add("link set lo up");
        lines.add("link add " + SERVERS_BRIDGE + " type bridge");
        lines.add("link set " + SERVERS_BRIDGE + " up");
        Link server = topology.server(1).links().getFirst();
        routerAddress(lines, SERVERS_BRIDGE, server);
        for (Host host : hosts) {
            for (Link link : host.links()) {
                lines.add(
                        "link add %s type veth peer name %s netns %s"
                                .formatted(link.routerDevice(), link.device(), host.namespace()));
                if (host.role() == Role.SERVER) {
                    lines.add("link set %s master internet".formatted(link.routerDevice()));
                } else {
                    routerAddress(lines, link.routerDevice(), link);
                }
                lines.add("link set " + link.routerDevice() + " up");
            }
        }
        if (!routing.isBgp()) {
            lines.addAll(
                    topology.spreadOver(
                            IntStream.rangeClosed(1, topology.gateways())
                                    .boxed()
                                    .collect(Collectors.toSet())));
        }
        batch(router.inside("ip", "-batch", "-"), lines);
    }

    private void buildHost(Host host, Routing routing) {
        List<String> lines = new ArrayList<>(List.of("link set lo up"));
        for (Link link : host.links()) {
            address(lines, link.device(), link.ipv4(), link.ipv4Bits(), link.ipv6());
            lines.add("link set " + link.device() + " up");
        }
        Link first = host.links().getFirst();
        Link last = host.links().getLast();
        switch (host.role()) {
            case GATEWAY -> {
                // FRR takes an address for a connected route, which hides what the node announces.
                lines.add(
                        (routing.isBgp() ? "route add local " : "address add ")
                                + topology.underlay().tunnelRoute()
                                + " dev lo");
                lines.add(topology.underlay().routes(first).getFirst());
                if (first.hasIpv4()) {
                    lines.add("route add fd99::/16 via " + first.routerIpv6());
                }
                defaults(lines, last);
            }
            case CLIENT -> {
                // The host's own traffic stays on the underlay; the tenant's default route comes
                // with its gateway (Tenancy).
                lines.addAll(topology.underlay().routes(first));
            }
            case STORE, CONTROL, S3, SERVER -> defaults(lines, first);
            case ROUTER -> throw new LabFailure("the router is built first");
        }
        batch(host.inside("ip", "-batch", "-"), lines);
        if (host.role() == Role.CLIENT) {
            // The checksums of an inner packet must be final when it enters the tunnel, and no
            // superframe may enter it: with the device's offloads off the kernel sees to both.
            Shell.run(host.inside("ethtool", "-K", first.device(), "tx", "off")).orFail();
        }
    }

    /** Whether any namespace with this lab's prefix exists. */
    static List<String> namespaces(String prefix) {
        return Shell.run("ip", "netns", "list")
                .orFail()
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    static void deleteNamespaces(String prefix) {
        List<String> names = namespaces(prefix);
        batch(
                List.of("ip", "-batch", "-"),
                names.stream().map(name -> "netns delete " + name).toList());
    }

    /** Spreads the traffic over these nodes, as a router does that has withdrawn the others. */
    static void spread(Topology topology, Set<Integer> nodes) {
        batch(topology.router().inside("ip", "-batch", "-"), topology.spreadOver(nodes));
    }

    static void batch(List<String> command, List<String> lines) {
        Shell.run(command, String.join("\n", lines) + "\n").orFail();
    }

    private static void defaults(List<String> lines, Link link) {
        lines.add(
                link.hasIpv4()
                        ? "route add default via " + link.routerIpv4()
                        : "route add 0.0.0.0/0 via inet6 %s dev %s"
                                .formatted(link.routerIpv6(), link.device()));
        lines.add("route add default via " + link.routerIpv6());
    }

    private static void routerAddress(List<String> lines, String device, Link link) {
        address(lines, device, link.routerIpv4(), link.ipv4Bits(), link.routerIpv6());
    }

    private static void address(
            List<String> lines, String device, String ipv4, int bits, String ipv6) {
        if (!ipv4.isEmpty()) {
            lines.add("address add %s/%d dev %s".formatted(ipv4, bits, device));
        }
        lines.add("address add %s/64 dev %s nodad".formatted(ipv6, device));
    }

    private static List<String> forwarding(int on) {
        return List.of(
                "net.ipv4.ip_forward=" + on,
                "net.ipv6.conf.all.forwarding=" + on,
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.default.rp_filter=0",
                "net.ipv4.conf.all.send_redirects=0",
                "net.ipv4.conf.default.send_redirects=0",
                "net.ipv6.conf.all.accept_dad=0",
                "net.ipv6.conf.default.accept_dad=0",
                "net.ipv6.conf.default.router_solicitations=0",
                // A socket takes the tunnels' address where only a local route has it.
                "net.ipv6.ip_nonlocal_bind=1",
                "net.ipv6.conf.default.keep_addr_on_down=1",
                // A kernel whose segments are lost draws a new flow hash, which veth carries to the
                // router's ECMP: streams would find their way around a dead node by themselves.
                // Between real machines only the headers count, and they stay.
                "net.core.txrehash=0",
                "net.ipv4.fib_multipath_hash_policy=1",
                "net.ipv6.fib_multipath_hash_policy=1",
                "net.ipv4.ip_local_port_range=1024 65535");
    }

    private static void sysctl(Host host, List<String> settings) {
        // sysctl(8) may be missing; /proc is not. One shell for all of them: starting one costs.
        String script =
                settings.stream()
                        .map(setting -> setting.split("=", 2))
                        .map(pair ->
                                "echo '%s' > /proc/sys/%s"
                                        .formatted(pair[1], pair[0].replace('.', '/')))
                        .collect(Collectors.joining("\n"));
        Shell.run(host.inside("sh", "-e"), script).orFail();
    }
}
