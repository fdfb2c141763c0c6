package io.sallyport.control.connections;

import io.sallyport.control.catalog.Nodes;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.IpAddress;
import java.util.HashSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/** How many connections there are of one elastic IP, as the nodes that carry them tell. */
@Component
public class LiveConnections {

    /** More are not counted. */
    public static final int MOST = 10_000;

    private final Nodes nodes;
    private final NodeConnections ask;

    LiveConnections(Nodes nodes, NodeConnections ask) {
        this.nodes = nodes;
        this.ask = ask;
    }

    /** Those that any live node answers for; blocks until all have answered or are given up. */
    public int of(GatewayId gateway, IpAddress eip) {
        Set<ConnectionView.Key> found = new HashSet<>();
        try {
            for (NodeConnections.Answer answer :
                    ask.ask(
                            nodes.membership().stream().flatMap(m -> m.live().stream()).toList(),
                            gateway,
                            MOST)) {
                if (answer instanceof NodeConnections.Answer.Told(String node, var told)) {
                    told.stream()
                            .filter(one -> one.elasticIp().equals(eip.toString()))
                            .forEach(one -> found.add(one.key()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Math.min(found.size(), MOST);
    }
}
