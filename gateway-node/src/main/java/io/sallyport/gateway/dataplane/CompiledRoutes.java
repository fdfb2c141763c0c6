package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.isMapped;

import io.sallyport.gateway.view.RoutesView;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpPrefix;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A route table as a packet asks it: the longest destinations first; immutable. */
@HotPath
final class CompiledRoutes {

    private final long[] high;
    private final long[] low;
    private final long[] highMask;
    private final long[] lowMask;
    private final boolean[] v4;
    private final @Nullable CompiledGateway[] gateways;

    CompiledRoutes(RoutesView view, IntFunction<@Nullable CompiledGateway> known) {
        List<RoutesView.Route> sorted =
                view.routes().stream()
                        .sorted(
                                Comparator.comparingInt(
                                                (RoutesView.Route r) -> r.destination().length())
                                        .reversed())
                        .toList();
        int size = sorted.size();
        high = new long[size];
        low = new long[size];
        highMask = new long[size];
        lowMask = new long[size];
        v4 = new boolean[size];
        gateways = new CompiledGateway[size];
        for (int i = 0; i < size; i++) {
            IpPrefix prefix = sorted.get(i).destination();
            int bits = prefix.length() + 128 - prefix.address().bits();
            high[i] = prefix.address().high();
            low[i] = prefix.address().low();
            highMask[i] = bits == 0 ? 0 : -1L << (64 - Math.min(bits, 64));
            lowMask[i] = bits <= 64 ? 0 : -1L << (128 - bits);
            v4[i] = prefix.address().isV4();
            gateways[i] = known.apply(sorted.get(i).gateway());
        }
    }

    /** By which packets to the remote leave; null: by none. */
    @Nullable CompiledGateway to(long remoteHigh, long remoteLow) {
        boolean isV4 = isMapped(remoteHigh, remoteLow);
        for (int i = 0; i < high.length; i++) {
            if (v4[i] == isV4
                    && ((high[i] ^ remoteHigh) & highMask[i]) == 0
                    && ((low[i] ^ remoteLow) & lowMask[i]) == 0) {
                return gateways[i];
            }
        }
        return null;
    }
}
