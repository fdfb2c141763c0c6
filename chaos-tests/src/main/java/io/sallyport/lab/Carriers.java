package io.sallyport.lab;

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
        Topology topology = state.topology();
        String best = "";
        long most = -1;
        for (int n = 1; n <= topology.gateways(); n++) {
            Host node = topology.gateway(n);
            Shell.Result answer =
                    traffic.curl(
                            node,
                            "http://%s/connections?gateway=%s"
                                    .formatted(node.at(Configurations.MANAGEMENT_PORT), gateway));
            if (!answer.ok()) {
                continue; // It is dead or stopped: then it carries nothing.
            }
            for (JsonNode entry : LabState.JSON.readTree(answer.output())) {
                long packets =
                        entry.path("packetsIn").asLong(0) + entry.path("packetsOut").asLong(0);
                if (portOf(entry.path("client")) == clientPort
                        && portOf(entry.path("remote")) == remotePort
                        && packets > most) {
                    most = packets;
                    best = node.name();
                }
            }
        }
        if (best.isEmpty()) {
            throw new LabFailure("no node carries the connection of port " + clientPort);
        }
        return best;
    }

    private static int portOf(JsonNode endpoint) {
        String text = endpoint.asString("");
        return Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    }
}
