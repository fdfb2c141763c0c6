package io.sallyport.gateway.neighbours;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbours that connections were sent to, numbered for the kernel path as they come. A number is
 * never used for another neighbour or path MTU, so that a record may keep it; its MAC is kept fresh
 * by whoever reads the kernel's tables. One thread numbers, another reads.
 */
final class HopNumbers {

    private final long[] highs;
    private final long[] lows;
    private final int[] mtus;
    private final long[] macs;
    private final int first;
    private final KernelNeighbours.HopListener listener;
    private volatile int count;

    /** {@code first}: the first number, above 0; {@code most}: how many there are. */
    HopNumbers(int first, int most, KernelNeighbours.HopListener listener) {
        this.first = first;
        highs = new long[most];
        lows = new long[most];
        mtus = new int[most];
        macs = new long[most];
        this.listener = listener;
    }

    /** A neighbour that was not seen before gets the next one; 0: none is left. They are few. */
    @HotPath
    int of(long high, long low, int mtu) {
        int known = count;
        for (int i = 0; i < known; i++) {
            if (lows[i] == low && highs[i] == high && mtus[i] == mtu) {
                return first + i;
            }
        }
        if (known == highs.length) {
            return 0;
        }
        highs[known] = high;
        lows[known] = low;
        mtus[known] = mtu;
        macs[known] = AddressMap.MISSING;
        count = known + 1;
        return first + known;
    }

    /** How many were given. */
    int count() {
        return count;
    }

    /** All that have a number: the kernel path may be sending to them. */
    List<IpAddress> neighbours() {
        List<IpAddress> all = new ArrayList<>();
        int known = count;
        for (int i = 0; i < known; i++) {
            all.add(IpAddress.of(highs[i], lows[i]));
        }
        return all;
    }

    /** Tells of each neighbour whose MAC is another one by now. Not the thread that numbers. */
    void refresh(RouteSnapshot routes) {
        int known = count;
        for (int i = 0; i < known; i++) {
            long mac = routes.mac(highs[i], lows[i]);
            if (mac != macs[i]) {
                macs[i] = mac;
                listener.changed(first + i, mac == AddressMap.MISSING ? -1 : mac, mtus[i]);
            }
        }
    }
}
