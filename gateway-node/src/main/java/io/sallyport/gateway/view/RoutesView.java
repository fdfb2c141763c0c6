package io.sallyport.gateway.view;

import io.sallyport.net.IpPrefix;
import java.util.List;
import java.util.stream.Stream;

/**
 * By which gateway packets leave, by the longest destination that has their remote; those that no
 * route has go nowhere.
 *
 * @param routes each destination once, in any order
 */
public record RoutesView(List<Route> routes) {

    public static final RoutesView NONE = new RoutesView(List.of());

    /** Instead of a gateway's index: no gateway takes these packets. */
    public static final int NOWHERE = -1;

    /**
     * @param gateway {@link GatewayView#index()}, or {@link #NOWHERE}
     */
    public record Route(IpPrefix destination, int gateway) {}

    public RoutesView {
        routes = List.copyOf(routes);
    }

    /** Everything by one gateway, or nothing by none. */
    public static RoutesView allBy(int gateway) {
        return gateway == NOWHERE
                ? NONE
                : new RoutesView(
                        Stream.of("0.0.0.0/0", "::/0")
                                .map(any -> new Route(IpPrefix.parse(any), gateway))
                                .toList());
    }
}
