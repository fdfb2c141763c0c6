package io.sallyport.control.connections;

import io.sallyport.control.live.LiveNodes;
import io.sallyport.ids.GatewayId;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Asks every live node what it carries of a gateway's connections. */
@Component
class NodeConnections {

    /** What one node said: its connections, or why there are none. */
    sealed interface Answer {
        record Told(String node, List<ConnectionView> connections) implements Answer {}

        record Silent(String node, String reason) implements Answer {}
    }

    private final LiveNodes nodes;

    NodeConnections(LiveNodes nodes) {
        this.nodes = nodes;
    }

    /** In the order of the members. */
    List<Answer> ask(GatewayId gateway, int limit) throws InterruptedException {
        return nodes.ask("/connections?gateway=%s&limit=%d".formatted(gateway, limit)).stream()
                .map(answer ->
                        switch (answer) {
                            case LiveNodes.Answer.Told(String node, JsonNode body) ->
                                    new Answer.Told(node, parsed(node, body));
                            case LiveNodes.Answer.Silent(String node, String reason) ->
                                    (Answer) new Answer.Silent(node, reason);
                        })
                .toList();
    }

    private static List<ConnectionView> parsed(String node, JsonNode body) {
        List<ConnectionView> connections = new ArrayList<>();
        for (JsonNode item : body) {
            connections.add(
                    new ConnectionView(
                            item.path("protocol").asString(""),
                            item.path("client").asString(""),
                            item.path("remote").asString(""),
                            item.path("elasticIp").asString(""),
                            item.path("port").asInt(0),
                            List.of(node),
                            item.path("packetsOut").asLong(0),
                            item.path("bytesOut").asLong(0),
                            item.path("packetsIn").asLong(0),
                            item.path("bytesIn").asLong(0),
                            item.path("ageSeconds").asLong(0),
                            item.path("idleSeconds").asLong(0),
                            item.path("state").asString("active")));
        }
        return connections;
    }
}
