package io.sallyport.lab;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads out of the API's list of connections which node carries one. */
final class Carriers {

    private Carriers() {}

    /**
     * The node that has forwarded most of the client's packets of a connection.
     *
     * @throws LabFailure if nobody carries it
     */
    static String of(JsonNode connections, int clientPort, int remotePort) {
        String best = "";
        long most = -1;
        for (JsonNode entry : entries(connections)) {
            if (portOf(entry.path("client")) != clientPort
                    || portOf(entry.path("remote")) != remotePort) {
                continue;
            }
            long packets = entry.path("packetsOut").asLong(0);
            if (packets > most) {
                most = packets;
                best = entry.path("node").asString("");
            }
        }
        if (best.isEmpty()) {
            throw new LabFailure(
                    "no node carries the connection of port %d: %s"
                            .formatted(clientPort, connections));
        }
        return best;
    }

    private static List<JsonNode> entries(JsonNode connections) {
        List<JsonNode> all = new ArrayList<>();
        connections.path("connections").forEach(all::add);
        return all;
    }

    private static int portOf(JsonNode endpoint) {
        String text = endpoint.asString("");
        return text.isEmpty() ? -1 : Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    }
}
