package io.sallyport.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which addresses the machines have among each other, and nodes towards the router outside. */
enum Underlay {
    /** IPv4 and IPv6; processes and tunnels use IPv4. */
    DUAL("10.99.0.0/16", "10.255.0.1", 20),
    /** IPv6 alone. Clients and servers have both families inside and outside all the same. */
    IPV6("fd99::/16", "fd10:255::1", 40);

    private static final int MTU = 1500;

    /** UDP 8, VXLAN 8, inner Ethernet 14 bytes. */
    private static final int TUNNEL_BYTES = 30;

    /** Where all machines but the servers are. */
    final String prefix;

    /** All gateway nodes share it. */
    final String tunnelAddress;

    /** Longest IP packet towards clients, bytes. */
    final int insideMtu;

    Underlay(String prefix, String tunnelAddress, int outerBytes) {
        this.prefix = prefix;
        this.tunnelAddress = tunnelAddress;
        insideMtu = MTU - TUNNEL_BYTES - outerBytes;
    }

    /**
     * @throws LabFailure naming those there are
     */
    static Underlay of(String word) {
        return Arrays.stream(values())
                .filter(one -> one.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new LabFailure(
                                "--underlay %s: %s is allowed"
                                        .formatted(
                                                word,
                                                Arrays.stream(values())
                                                        .map(Underlay::word)
                                                        .collect(Collectors.joining(", ")))));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The tunnels' address as a route says it. */
    String tunnelRoute() {
        return tunnelAddress + (tunnelAddress.contains(":") ? "/128" : "/32");
    }

    boolean hasIpv4() {
        return this == DUAL;
    }

    /** What leads from a machine to all others and to the tunnels. */
    List<String> routes(Host.Link link) {
        String via = hasIpv4() ? link.routerIpv4() : link.routerIpv6();
        return List.of(
                "route add %s via %s".formatted(prefix, via),
                "route add %s via %s".formatted(tunnelRoute(), via));
    }
}
