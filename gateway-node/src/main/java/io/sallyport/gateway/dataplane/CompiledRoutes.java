package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.view.RoutesView;
import io.sallyport.gateway.wire.HotPath;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A route table as a packet asks it; immutable. */
@HotPath
final class CompiledRoutes {

    /** The longest first. */
    private final PrefixSet destinations;

    private final @Nullable CompiledGateway[] gateways;

    CompiledRoutes(RoutesView view, IntFunction<@Nullable CompiledGateway> known) {
        List<RoutesView.Route> sorted =
                view.routes().stream()
                        .sorted(
                                Comparator.comparingInt(
                                                (RoutesView.Route r) -> r.destination().length())
                                        .reversed())
                        .toList();
        destinations = new PrefixSet(sorted.stream().map(RoutesView.Route::destination).toList());
        gateways = new CompiledGateway[sorted.size()];
        for (int i = 0; i < gateways.length; i++) {
            gateways[i] = known.apply(sorted.get(i).gateway());
        }
    }

    /** By which packets to the remote leave; null: by none. */
    @Nullable CompiledGateway to(long remoteHigh, long remoteLow) {
        int route = destinations.first(remoteHigh, remoteLow);
        return route == PrefixSet.NONE ? null : gateways[route];
    }
}
