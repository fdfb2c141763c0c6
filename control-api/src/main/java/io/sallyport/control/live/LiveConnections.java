package io.sallyport.control.live;

import io.sallyport.ids.GatewayId;
import io.sallyport.net.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** How many connections there are of one elastic IP, as the nodes that carry them tell. */
@Component
public class LiveConnections {

    /** More are not counted. */
    public static final int MOST = 10_000;

    private final LiveNodes nodes;

    LiveConnections(LiveNodes nodes) {
        this.nodes = nodes;
    }

    /** Those that any live node answers for; blocks until all have answered or are given up. */
    public int of(GatewayId gateway, IpAddress eip) {
        // One that two nodes carry is one.
        Set<List<String>> found = new HashSet<>();
        try {
            for (LiveNodes.Answer answer :
                    nodes.ask("/connections?gateway=%s&limit=%d".formatted(gateway, MOST))) {
                if (answer instanceof LiveNodes.Answer.Told(String node, JsonNode all)) {
                    for (JsonNode one : all) {
                        if (one.path("elasticIp").asString("").equals(eip.toString())) {
                            found.add(key(one));
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Math.min(found.size(), MOST);
    }

    private static List<String> key(JsonNode connection) {
        return List.of(
                connection.path("protocol").asString(""),
                connection.path("remote").asString(""),
                connection.path("port").asString(""));
    }
}
