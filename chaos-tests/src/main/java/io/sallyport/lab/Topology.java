package io.sallyport.lab;

import io.sallyport.lab.Host.Link;
import io.sallyport.lab.Host.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Who is where: every name and address of a lab follows from its id, four numbers and the underlay.
 *
 * <pre>
 *  client-n --10.99.(100+n).0/24--+        +--100.64.n.0/24-- gw-n (out0)
 *  store-n  --10.99.(10+n).0/24---+        |
 *  gw-n     --10.99.(30+n).0/24---+ router +--198.51.100.0/24-- server-n (.10+n)
 *  control  --10.99.1.0/24--------+        |   2001:db8:51::/64
 *  s3       --10.99.2.0/24--------+
 *  10.255.0.1 (tunnel) over the gw-n's underlay links; 203.0.113.0/24 and 2001:db8:eee::/64 (EIPs)
 *  over their outside links, both by ECMP with the flow hash
 *  beside each 10.99.N.0/24 there is fd99:0:0:N::/64, beside 100.64.n.0/24 fd64:0:0:n::/64; with an
 *  underlay of IPv6 they are alone, and the tunnels' address is fd10:255::1
 * </pre>
 *
 * @param id names the lab; namespaces are {@code sp<id>-<host>}
 */
record Topology(String id, int stores, int gateways, int clients, int servers, Underlay underlay) {

    static final int TUNNEL_PORT = 4789;
    static final String EIP_POOL = "203.0.113.0/24";
    static final String EIP_POOL_V6 = "2001:db8:eee::/64";

    /** With both families below. */
    Topology(String id, int stores, int gateways, int clients, int servers) {
        this(id, stores, gateways, clients, servers, Underlay.DUAL);
    }

    Topology {
        if (!id.matches("[a-z0-9]{1,8}")) {
            throw new LabFailure("lab id " + id + ": up to 8 of a-z and 0-9 are allowed");
        }
        require("stores", stores, 1, 9);
        require("gateways", gateways, 1, 60);
        require("clients", clients, 1, 100);
        require("servers", servers, 1, 100);
    }

    private static void require(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new LabFailure(
                    "--%s %d: %d to %d is allowed".formatted(what, value, least, most));
        }
    }

    /** What all namespaces of this lab begin with. */
    String prefix() {
        return "sp" + id + "-";
    }

    Host router() {
        return new Host("router", Role.ROUTER, 1, prefix() + "router", List.of());
    }

    Host control() {
        return host("control", Role.CONTROL, 1, List.of(underlay("eth0", "control", 1)));
    }

    Host s3() {
        return host("s3", Role.S3, 1, List.of(underlay("eth0", "s3", 2)));
    }

    Host store(int n) {
        return host("store-" + n, Role.STORE, n, List.of(underlay("eth0", "store-" + n, 10 + n)));
    }

    Host gateway(int n) {
        return host(
                "gw-" + n,
                Role.GATEWAY,
                n,
                List.of(
                        underlay("under0", "gw-" + n + "-u", 30 + n),
                        link("out0", "gw-" + n + "-o", "100.64." + n, "fd64:0:0:" + n)));
    }

    Host client(int n) {
        return host(
                "client-" + n, Role.CLIENT, n, List.of(underlay("eth0", "client-" + n, 100 + n)));
    }

    Host server(int n) {
        return host(
                "server-" + n,
                Role.SERVER,
                n,
                List.of(
                        new Link(
                                "eth0",
                                "server-" + n,
                                "198.51.100." + (10 + n),
                                "198.51.100.1",
                                24,
                                "2001:db8:51::" + (10 + n),
                                "2001:db8:51::1")));
    }

    /** All but the router. */
    List<Host> hosts() {
        List<Host> all = new ArrayList<>();
        IntStream.rangeClosed(1, stores).mapToObj(this::store).forEach(all::add);
        IntStream.rangeClosed(1, gateways).mapToObj(this::gateway).forEach(all::add);
        all.add(control());
        all.add(s3());
        IntStream.rangeClosed(1, clients).mapToObj(this::client).forEach(all::add);
        IntStream.rangeClosed(1, servers).mapToObj(this::server).forEach(all::add);
        return all;
    }

    /**
     * @throws LabFailure naming the hosts there are
     */
    Host host(String name) {
        if (name.equals("router")) {
            return router();
        }
        return hosts().stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new LabFailure(
                                "no host %s; there are router, %s"
                                        .formatted(
                                                name,
                                                String.join(
                                                        ", ",
                                                        hosts().stream()
                                                                .map(Host::name)
                                                                .toList()))));
    }

    /** Lines for {@code ip -batch}: traffic is spread over these gateway nodes. */
    List<String> spreadOver(Set<Integer> nodes) {
        StringBuilder tunnel = new StringBuilder("route replace " + underlay.tunnelRoute());
        StringBuilder eips = new StringBuilder("route replace " + EIP_POOL);
        StringBuilder eipsV6 = new StringBuilder("route replace " + EIP_POOL_V6);
        for (int n : nodes.stream().sorted().toList()) {
            Link inside = gateway(n).links().getFirst();
            Link outside = gateway(n).links().getLast();
            hop(tunnel, inside.address(), inside.routerDevice());
            // IPv4 by an IPv6 neighbour, where there is no other.
            String family = outside.hasIpv4() ? "" : "inet6 ";
            hop(eips, family + outside.address(), outside.routerDevice());
            hop(eipsV6, outside.ipv6(), outside.routerDevice());
        }
        return List.of(tunnel.toString(), eips.toString(), eipsV6.toString());
    }

    private static void hop(StringBuilder route, String via, String device) {
        route.append(" nexthop via ").append(via).append(" dev ").append(device);
    }

    private Host host(String name, Role role, int number, List<Link> links) {
        return new Host(name, role, number, prefix() + name, links);
    }

    private Link underlay(String device, String routerDevice, int net) {
        return link(device, routerDevice, "10.99." + net, "fd99:0:0:" + net);
    }

    private Link link(String device, String routerDevice, String net4, String net6) {
        return underlay.hasIpv4()
                ? new Link(
                        device,
                        routerDevice,
                        net4 + ".2",
                        net4 + ".1",
                        24,
                        net6 + "::2",
                        net6 + "::1")
                : new Link(device, routerDevice, "", "", 0, net6 + "::2", net6 + "::1");
    }
}
