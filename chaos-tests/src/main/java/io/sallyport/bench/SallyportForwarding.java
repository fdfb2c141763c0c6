package io.sallyport.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gateway node in a process of its own, by one of its packet paths. */
final class SallyportForwarding implements Forwarding {

    /** How packets of known connections go. */
    enum Way {
        /** Each through the process. */
        JAVA("sallyport java", "off", "tcx"),
        TCX("sallyport tcx", "required", "tcx"),
        XDP("sallyport xdp", "required", "xdp");

        private final String label;
        private final String kernel;
        private final String hook;

        Way(String label, String kernel, String hook) {
            this.label = label;
            this.kernel = kernel;
            this.hook = hook;
        }

        String label() {
            return label;
        }

        /** Of the gateway process. */
        Map<String, String> settings() {
            return Map.of("gateway.kernel", kernel, "gateway.kernel.hook", hook);
        }
    }

    private final Way way;
    private final boolean tunnels;
    private final Testbed testbed;
    private final SoloNode node;

    /**
     * Begins to start; {@link #awaitReady} ends it.
     *
     * @param connections the most that it holds
     */
    SallyportForwarding(Way way, Path home, Path directory, int connections) {
        this(way, "", home, directory, connections, false);
    }

    private SallyportForwarding(
            Way way, String suffix, Path home, Path directory, int connections, boolean tunnels) {
        this.way = way;
        this.tunnels = tunnels;
        String name = way.name().toLowerCase(java.util.Locale.ROOT) + suffix;
        testbed = new Testbed(name);
        if (isXdp()) {
            testbed.suitXdp();
        }
        Map<String, String> settings = new LinkedHashMap<>(way.settings());
        settings.put("connections.max", Integer.toString(connections));
        if (tunnels) {
            settings.put("tunnel.address", Testbed.INSIDE_ADDRESS);
            settings.put("tunnel.port", Integer.toString(Testbed.TUNNEL_PORT));
        }
        node = new SoloNode(testbed, home, directory.resolve(name), settings);
    }

    /** The same with its clients behind VXLAN tunnels. */
    static SallyportForwarding ofTunnels(Way way, Path home, Path directory, int connections) {
        return new SallyportForwarding(way, "vx", home, directory, connections, true);
    }

    /** One that stands beside another of the same path, to hold more. */
    static SallyportForwarding ofMany(Way way, Path home, Path directory, int connections) {
        return new SallyportForwarding(way, "many", home, directory, connections, false);
    }

    @Override
    public void awaitReady() {
        node.awaitReady();
        if (tunnels) {
            node.attachTunnel();
        }
    }

    @Override
    public String name() {
        return way.label();
    }

    @Override
    public Testbed testbed() {
        return testbed;
    }

    @Override
    public boolean isXdp() {
        return way == Way.XDP;
    }

    @Override
    public boolean isInPlace() {
        return way != Way.JAVA;
    }

    @Override
    public Optional<SoloNode> node() {
        return Optional.of(node);
    }

    @Override
    public List<Long> processes() {
        return List.of(node.gateway(), node.store());
    }

    @Override
    public void forget() {
        // Its half-open connections end by themselves, soon: see SoloNode.
    }

    @Override
    public void close() {
        node.close();
        testbed.close();
    }
}
