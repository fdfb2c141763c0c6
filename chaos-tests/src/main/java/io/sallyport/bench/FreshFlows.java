package io.sallyport.bench;

/**
 * SYNs of connections never seen before, or long gone, between the same clients and destinations,
 * so that a node has its leases for them. One thread.
 */
final class FreshFlows {

    private static final int PORTS_FROM = 10_000;
    private static final int PORTS_TO = 60_000;

    private final int destinations;
    private final int first;
    private final int clients;
    private final int ports;
    private int clientPort = PORTS_FROM;

    /**
     * @param first the first destination's port, the others follow
     * @param ports of each client, each time others
     */
    FreshFlows(int destinations, int first, int clients, int ports) {
        this.destinations = destinations;
        this.first = first;
        this.clients = clients;
        this.ports = ports;
    }

    Flows next() {
        if (clientPort + ports > PORTS_TO) {
            clientPort = PORTS_FROM;
        }
        clientPort += ports;
        return new Flows(FrameKind.SYN_V4, destinations, first, clients, ports, clientPort - ports);
    }
}
