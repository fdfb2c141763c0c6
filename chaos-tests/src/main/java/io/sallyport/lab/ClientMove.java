package io.sallyport.lab;

import java.util.List;

/**
 * A client host whose outer address changes, as in a live migration: all that it sends comes from
 * there, and a moment later what is sent to where it was reaches nobody.
 */
final class ClientMove implements AutoCloseable {

    private static final String EMPTY = "add table ip moved\ndelete table ip moved\n";

    private final Host host;
    private final String device;
    private final String router;
    private final String home;
    private final String away;
    private final int bits;
    private String here;

    /**
     * @param away an address of the underlay that nobody has and that is routed to the host
     */
    ClientMove(Host host, String away) {
        this.host = host;
        this.away = away;
        Host.Link link = host.links().getFirst();
        device = link.device();
        router = link.routerIpv4();
        home = link.ipv4();
        bits = link.ipv4Bits();
        here = home;
        ip(address("add"));
    }

    /** Where it is now. */
    String here() {
        return here;
    }

    void away() {
        from(away, home);
    }

    void back() {
        from(home, away);
    }

    /** First it sends from there, then nothing comes to the other: no packet is sent in vain. */
    private void from(String place, String nowhere) {
        here = place;
        ip(
                "route replace %s via %s dev %s src %s"
                        .formatted(Underlay.DUAL.tunnelAddress, router, device, place));
        rules(
                EMPTY
                        + """
                        add table ip moved
                        add chain ip moved coming { type filter hook prerouting priority -300; }
                        add rule ip moved coming udp dport 4789 ip daddr %s drop
                        """
                                .formatted(nowhere));
    }

    private void rules(String rules) {
        Shell.run(host.inside("nft", "-f", "-"), rules).orFail();
    }

    private void ip(String line) {
        Network.batch(host.inside("ip", "-batch", "-"), List.of(line));
    }

    private String address(String what) {
        return "address %s %s/%d dev %s".formatted(what, away, bits, device);
    }

    @Override
    public void close() {
        rules(EMPTY);
        ip("route replace %s via %s dev %s".formatted(Underlay.DUAL.tunnelAddress, router, device));
        ip(address("del"));
    }
}
