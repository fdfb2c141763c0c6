package io.sallyport.bench;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Flows from many clients' ports to many ports of the sink. Each remote port is a destination of
 * its own to a NAT gateway. They are walked with the remote port fastest, again and again.
 *
 * @param remotePorts how many destinations, from {@code firstRemotePort} on
 * @param clients how many, from the testbed's first generated client on
 * @param clientPorts how many of each client, from {@code firstClientPort} on
 */
record Flows(
        FrameKind kind,
        int remotePorts,
        int firstRemotePort,
        int clients,
        int clientPorts,
        int firstClientPort) {

    private static final int FIRST_CLIENT_PORT = 10_000;
    private static final int FIRST_CLIENT_V4 = ByteBuffer.wrap(new byte[] {10, 1, 1, 0}).getInt();
    private static final int FIRST_CLIENT_V6 = 0x100;

    Flows {
        if (remotePorts < 1
                || firstRemotePort < 1
                || firstRemotePort + remotePorts > 65_536
                || clients < 1
                || clients > 50_000
                || clientPorts < 1
                || firstClientPort + clientPorts > 65_536) {
            throw new IllegalArgumentException("not as many addresses and ports");
        }
    }

    Flows(FrameKind kind, int remotePorts, int firstRemotePort, int clients, int clientPorts) {
        this(kind, remotePorts, firstRemotePort, clients, clientPorts, FIRST_CLIENT_PORT);
    }

    /** As many others between the same clients and destinations. */
    Flows more() {
        return new Flows(
                kind,
                remotePorts,
                firstRemotePort,
                clients,
                clientPorts,
                firstClientPort + clientPorts);
    }

    /** Parts of the same size, by the client's port. */
    List<Flows> parts(int count) {
        int ports = clientPorts / count;
        return IntStream.range(0, count)
                .mapToObj(part ->
                        new Flows(
                                kind,
                                remotePorts,
                                firstRemotePort,
                                clients,
                                ports,
                                firstClientPort + part * ports))
                .toList();
    }

    /** So many that live on, no more than 10,000 to one destination. */
    static Flows established(FrameKind kind, int count) {
        int first = 1_000;
        return switch (count) {
            case 1 -> new Flows(kind, 1, first, 1, 1);
            case 10_000 -> new Flows(kind, 10, first + 1, 10, 100);
            case 100_000 -> new Flows(kind, 10, first + 11, 100, 100);
            case 1_000_000 -> new Flows(kind, 100, first + 21, 100, 100);
            default -> throw new IllegalArgumentException(count + " flows");
        };
    }

    long count() {
        return (long) remotePorts * clients * clientPorts;
    }

    int firstClient() {
        return kind.isV6() ? FIRST_CLIENT_V6 : FIRST_CLIENT_V4;
    }
}
