package io.sallyport.gateway.announce;

import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What ExaBGP must be told when the routes change, in its API's text. The next hop is spelled out:
 * over an IPv6 session ExaBGP knows none for IPv4.
 */
public final class ExaBgpLines {

    /**
     * A BGP session.
     *
     * @param neighbour the router
     * @param nextHop this node, as the router reaches it
     */
    public record Session(IpAddress neighbour, IpAddress nextHop) {}

    private final List<Session> outside;
    private final List<Session> underlay;
    private final Optional<IpAddress> tunnel;
    private Map<IpAddress, Integer> told = Map.of();

    /**
     * @param outside sessions that get the EIPs
     * @param underlay sessions that get the tunnel's address
     */
    public ExaBgpLines(List<Session> outside, List<Session> underlay, Optional<IpAddress> tunnel) {
        this.outside = List.copyOf(outside);
        this.underlay = List.copyOf(underlay);
        this.tunnel = tunnel;
    }

    /** Lines that lead from what was told last to these routes. */
    public List<String> tell(Collection<HostRoute> routes) {
        Map<IpAddress, Integer> now = new TreeMap<>();
        routes.forEach(route -> now.merge(route.address(), route.metric(), Math::min));
        List<String> lines = new ArrayList<>();
        told.keySet().stream()
                .filter(address -> !now.containsKey(address))
                .forEach(address -> lines(lines, "withdraw", address, ""));
        now.forEach((address, metric) -> {
            if (!metric.equals(told.get(address))) {
                lines(lines, "announce", address, " med " + metric);
            }
        });
        told = now;
        return lines;
    }

    private void lines(List<String> lines, String verb, IpAddress address, String rest) {
        boolean isTunnel = tunnel.filter(address::equals).isPresent();
        for (Session session : isTunnel ? underlay : outside) {
            lines.add(
                    "neighbor %s %s route %s/%d next-hop %s%s"
                            .formatted(
                                    session.neighbour(),
                                    verb,
                                    address,
                                    address.isV4() ? 32 : 128,
                                    session.nextHop(),
                                    rest));
        }
    }
}
