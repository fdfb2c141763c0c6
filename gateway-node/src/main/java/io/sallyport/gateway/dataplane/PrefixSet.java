package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.isMapped;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpPrefix;
import java.util.List;

/** A few prefixes of either family in an order, asked by numbers. */
@HotPath
final class PrefixSet {

    static final int NONE = -1;

    private final long[] high;
    private final long[] low;
    private final long[] highMask;
    private final long[] lowMask;
    private final boolean[] v4;

    PrefixSet(List<IpPrefix> prefixes) {
        int size = prefixes.size();
        high = new long[size];
        low = new long[size];
        highMask = new long[size];
        lowMask = new long[size];
        v4 = new boolean[size];
        for (int i = 0; i < size; i++) {
            IpPrefix prefix = prefixes.get(i);
            int bits = prefix.length() + 128 - prefix.address().bits();
            high[i] = prefix.address().high();
            low[i] = prefix.address().low();
            highMask[i] = bits == 0 ? 0 : -1L << (64 - Math.min(bits, 64));
            lowMask[i] = bits <= 64 ? 0 : -1L << (128 - bits);
            v4[i] = prefix.address().isV4();
        }
    }

    boolean contains(long addressHigh, long addressLow) {
        return first(addressHigh, addressLow) != NONE;
    }

    /** Which of them is the first that has the address, or {@link #NONE}. */
    int first(long addressHigh, long addressLow) {
        boolean isV4 = isMapped(addressHigh, addressLow);
        for (int i = 0; i < high.length; i++) {
            if (v4[i] == isV4
                    && ((high[i] ^ addressHigh) & highMask[i]) == 0
                    && ((low[i] ^ addressLow) & lowMask[i]) == 0) {
                return i;
            }
        }
        return NONE;
    }
}
