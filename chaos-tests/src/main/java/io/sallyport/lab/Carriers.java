package io.sallyport.lab;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Asks the gateway nodes themselves which of them carries a connection. */
final class Carriers {

    private Carriers() {}

    /**
     * The node that has forwarded most packets of a connection, in both directions together.
     *
     * @throws LabFailure if nobody carries it
     */
    static String of(
            LabState state, Traffic traffic, String gateway, int clientPort, int remotePort) {
        String best = "";
        long most = -1;
        for (JsonNode entry : records(state, traffic, gateway, clientPort, remotePort)) {
            long packets = entry.path("packetsIn").asLong(0) + entry.path("packetsOut").asLong(0);
            if (packets > most) {
                most = packets;
                best = entry.path("node").asString();
            }
        }
        if (best.isEmpty()) {
            throw new LabFailure("no node carries the connection of port " + clientPort);
        }
        return best;
    }

    /** What each node that carries a connection says of it. */
    static List<JsonNode> records(
            LabState state, Traffic traffic, String gateway, int clientPort, int remotePort) {
        List<JsonNode> found = new ArrayList<>();
        Topology topology = state.topology();
        for (int n = 1; n <= topology.gateways(); n++) {
            Host node = topology.gateway(n);
            Shell.Result answer =
                    traffic.curl(
                            node,
                            "http://%s:%d/connections?gateway=%s"
                                    .formatted(
                                            node.address(),
                                            Configurations.MANAGEMENT_PORT,
                                            gateway));
            if (!answer.ok()) {
                continue; // It is dead or stopped: then it carries nothing.
            }
            for (JsonNode entry : LabState.JSON.readTree(answer.output())) {
                if (portOf(entry.path("client")) == clientPort
                        && portOf(entry.path("remote")) == remotePort) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    private static int portOf(JsonNode endpoint) {
        String text = endpoint.asString("");
        return Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    }
}
