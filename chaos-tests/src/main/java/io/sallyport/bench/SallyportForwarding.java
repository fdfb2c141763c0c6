package io.sallyport.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A gateway node in a process of its own, by one of its packet paths. */
final class SallyportForwarding implements Forwarding {

    /** How packets of known connections go. */
    enum Way {
        /** Each through the process. */
        JAVA("sallyport java");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private final Way way;
    private final Testbed testbed;
    private final SoloNode node;

    /**
     * Begins to start; {@link #awaitReady} ends it.
     *
     * @param connections the most that it holds
     */
    SallyportForwarding(Way way, Path home, Path directory, int connections) {
        this.way = way;
        testbed = new Testbed(way.name().toLowerCase(java.util.Locale.ROOT));
        if (isXdp()) {
            testbed.suitXdp();
        }
        node =
                new SoloNode(
                        testbed,
                        home,
                        directory.resolve(way.name()),
                        Map.of("connections.max", Integer.toString(connections)));
    }

    void awaitReady() {
        node.awaitReady();
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
        return false;
    }

    @Override
    public boolean isInPlace() {
        return false;
    }

    @Override
    public Optional<SoloNode> node() {
        return Optional.of(node);
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
