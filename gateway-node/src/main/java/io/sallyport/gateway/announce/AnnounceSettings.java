package io.sallyport.gateway.announce;

import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.util.Optional;

/**
 * How routes are announced.
 *
 * @param table the kernel's table in which they lie
 * @param metric what the daemon makes the MED of
 * @param worseMetric the same of a node that is to be preferred by nobody
 * @param worsen a node that drains or dies keeps its routes with the worse metric; else they go
 * @param tunnel the anycast address of tunnels; empty: none
 */
public record AnnounceSettings(
        int table, int metric, int worseMetric, boolean worsen, Optional<IpAddress> tunnel) {

    public static AnnounceSettings of(GatewayConfig config) {
        GatewayConfig.Announce announce = config.announce();
        return new AnnounceSettings(
                announce.table(),
                announce.metric(),
                announce.worseMetric(),
                announce.leave() == GatewayConfig.Leave.WORSEN,
                config.tunnel().map(Endpoint::address));
    }
}
