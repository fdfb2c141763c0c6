package io.sallyport.gateway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.sallyport.gateway.dataplane.GatewayTraffic;
import io.sallyport.gateway.view.GatewayView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * What each gateway moved through this node. A gateway has its series from its first packet here
 * until the process ends, so that a counter never goes back. The last word of a name follows AWS'
 * metric (BytesOutToDestination and so on), seen from the gateway.
 */
public final class GatewayMetrics {

    /** What a gateway's series read; kept by this class, since meters hold it weakly. */
    private static final class Latest {
        private volatile GatewayTraffic traffic;

        Latest(GatewayTraffic traffic) {
            this.traffic = traffic;
        }
    }

    private final NodeMetrics node;
    private final Map<Integer, Latest> last = new ConcurrentHashMap<>();

    public GatewayMetrics(NodeMetrics node) {
        this.node = node;
    }

    /**
     * @param gateways the current view's, by index
     */
    public void update(List<GatewayTraffic> traffic, Map<Integer, GatewayView> gateways) {
        for (GatewayTraffic one : traffic) {
            Latest known = last.get(one.gateway());
            GatewayView gateway = gateways.get(one.gateway());
            if (known != null) {
                known.traffic = one;
            } else if (gateway != null) {
                Latest fresh = new Latest(one);
                last.put(one.gateway(), fresh);
                register(fresh, gateway);
            }
        }
    }

    private void register(Latest latest, GatewayView gateway) {
        Tags tags = Tags.of("gateway", gateway.id().value(), "tenant", gateway.tenant().value());
        count(latest, tags, "packets.out.to.destination", GatewayTraffic::packetsOut);
        count(latest, tags, "bytes.out.to.destination", GatewayTraffic::bytesOut);
        count(latest, tags, "packets.in.from.destination", GatewayTraffic::packetsIn);
        count(latest, tags, "bytes.in.from.destination", GatewayTraffic::bytesIn);
        count(latest, tags, "packets.denied", GatewayTraffic::packetsDenied);
        Gauge.builder("sallyport.gateway.connections", latest, from -> from.traffic.connections())
                .description("Connections of the gateway carried here")
                .tags(tags)
                .register(node.registry());
    }

    private void count(
            Latest latest, Tags tags, String name, ToDoubleFunction<GatewayTraffic> value) {
        FunctionCounter.builder(
                        "sallyport.gateway." + name,
                        latest,
                        from -> value.applyAsDouble(from.traffic))
                .description("Of one gateway through this node")
                .tags(tags)
                .register(node.registry());
    }
}
