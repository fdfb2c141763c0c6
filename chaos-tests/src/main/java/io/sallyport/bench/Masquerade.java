package io.sallyport.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** nftables' masquerade with unpredictable ports, both families. */
final class Masquerade implements Forwarding {

    static final String NAME = "nftables";

    private static final String RULES =
            """
            table inet nat {
              chain postrouting {
                type nat hook postrouting priority srcnat;
                oifname "wan" masquerade fully-random
              }
            }
            """;

    private final Testbed testbed;

    Masquerade() {
        this("nft");
    }

    private Masquerade(String rooms) {
        testbed = new Testbed(rooms);
        testbed.forward();
        Tool.run(testbed.inside(Testbed.Room.GATEWAY, List.of("nft", "-f", "-")), RULES);
        // Established for the benchmark's whole time, as in the others.
        testbed.settings(
                Testbed.Room.GATEWAY,
                List.of(
                        "net.netfilter.nf_conntrack_udp_timeout=3600",
                        "net.netfilter.nf_conntrack_udp_timeout_stream=3600"));
    }

    /** The clients are behind VXLAN tunnels. */
    static Masquerade ofTunnels() {
        Masquerade masquerade = new Masquerade("nftvx");
        masquerade.testbed.openTunnels();
        return masquerade;
    }

    /** How many connections this kernel's tracking takes; the whole box's setting. */
    static long capacity() {
        // In one read: a second one of such a file finds nothing, and readString begins with a
        // byte.
        try (BufferedReader limit =
                Files.newBufferedReader(Path.of("/proc/sys/net/netfilter/nf_conntrack_max"))) {
            return Long.parseLong(limit.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException("connection tracking is not there", e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Testbed testbed() {
        return testbed;
    }

    @Override
    public boolean isXdp() {
        return false;
    }

    @Override
    public boolean isInPlace() {
        return true;
    }

    @Override
    public Optional<SoloNode> node() {
        return Optional.empty();
    }

    @Override
    public void forget() {
        testbed.run(Testbed.Room.GATEWAY, "conntrack", "-F");
    }

    @Override
    public void close() {
        testbed.close();
    }
}
