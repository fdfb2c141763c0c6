package io.sallyport.control.connections;

import java.util.List;
import java.util.stream.Stream;

/**
 * One connection; the shares of the nodes that carry it are added up.
 *
 * @param port the elastic IP's port, or the ICMP identifier
 * @param nodes who carries it: often two, one for each direction
 * @param ageSeconds since a node first carried it
 * @param idleSeconds since the last packet at any node
 * @param state opening, established, closing (FIN or RST seen), ending; active for what has no
 *     state
 */
record ConnectionView(
        String protocol,
        String client,
        String remote,
        String elasticIp,
        int port,
        List<String> nodes,
        long packetsOut,
        long bytesOut,
        long packetsIn,
        long bytesIn,
        long ageSeconds,
        long idleSeconds,
        String state) {

    /** What makes it this connection, whichever node tells of it. */
    record Key(String protocol, String client, String remote, String elasticIp, int port) {}

    Key key() {
        return new Key(protocol, client, remote, elasticIp, port);
    }

    ConnectionView plus(ConnectionView other) {
        return new ConnectionView(
                protocol,
                client,
                remote,
                elasticIp,
                port,
                Stream.concat(nodes.stream(), other.nodes.stream()).distinct().sorted().toList(),
                packetsOut + other.packetsOut,
                bytesOut + other.bytesOut,
                packetsIn + other.packetsIn,
                bytesIn + other.bytesIn,
                Math.max(ageSeconds, other.ageSeconds),
                Math.min(idleSeconds, other.idleSeconds),
                later(state, other.state, packetsIn + other.packetsIn > 0));
    }

    /** A node that sees only one direction believes for ever that the connection is opening. */
    private static String later(String one, String other, boolean answered) {
        for (String state : List.of("ending", "closing", "established")) {
            if (one.equals(state) || other.equals(state)) {
                return state;
            }
        }
        return one.equals("opening") && answered ? "established" : one;
    }
}
