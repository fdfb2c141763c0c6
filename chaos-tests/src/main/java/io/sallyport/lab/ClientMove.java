package io.sallyport.lab;

import java.util.List;

/**
 * A client host whose outer address changes between one packet and the next, as in a live
 * migration: from then on all that it sends comes from there, and what is sent to where it was
 * reaches nobody.
 */
final class ClientMove implements AutoCloseable {

    private static final String EMPTY = "add table ip moved\ndelete table ip moved\n";

    private final Host host;
    private final String device;
    private final String home;
    private final String away;
    private final int bits;

    /**
     * @param away an address of the underlay that nobody has and that is routed to the host
     */
    ClientMove(Host host, String away) {
        this.host = host;
        this.away = away;
        Host.Link link = host.links().getFirst();
        device = link.device();
        home = link.ipv4();
        bits = link.ipv4Bits();
        ip("address add");
    }

    void away() {
        rules(
                EMPTY
                        + """
                        add table ip moved
                        add chain ip moved coming { type filter hook prerouting priority -300; }
                        add rule ip moved coming udp dport 4789 ip daddr %1$s drop
                        add chain ip moved going { type filter hook postrouting priority 300; }
                        add rule ip moved going udp dport 4789 ip saddr %1$s ip saddr set %2$s
                        """
                                .formatted(home, away));
    }

    void back() {
        rules(
                EMPTY
                        + """
                        add table ip moved
                        add chain ip moved coming { type filter hook prerouting priority -300; }
                        add rule ip moved coming udp dport 4789 ip daddr %s drop
                        """
                                .formatted(away));
    }

    /** All of it at once. */
    private void rules(String rules) {
        Shell.run(host.inside("nft", "-f", "-"), rules).orFail();
    }

    private void ip(String what) {
        Network.batch(
                host.inside("ip", "-batch", "-"),
                List.of("%s %s/%d dev %s".formatted(what, away, bits, device)));
    }

    @Override
    public void close() {
        rules(EMPTY);
        ip("address del");
    }
}
