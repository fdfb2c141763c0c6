package io.sallyport.bench;

import java.util.Optional;

/** The kernel as a router, without any translation: what no kernel NAT can be faster than. */
final class PlainForwarding implements Forwarding {

    static final String NAME = "plain forwarding";

    private final Testbed testbed;

    PlainForwarding() {
        this("plain");
    }

    private PlainForwarding(String rooms) {
        testbed = new Testbed(rooms);
        testbed.forward();
    }

    /** The clients are behind VXLAN tunnels. */
    static PlainForwarding ofTunnels() {
        PlainForwarding plain = new PlainForwarding("plainvx");
        plain.testbed.openTunnels();
        return plain;
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
        // It remembers nothing.
    }

    @Override
    public void close() {
        testbed.close();
    }
}
