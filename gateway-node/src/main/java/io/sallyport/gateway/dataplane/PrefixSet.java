package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.isMapped;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpPrefix;
import java.util.List;

/** A few prefixes of either family, asked by numbers. */
@HotPath
final class PrefixSet {

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
        for (int i = 0; i < high.length; i++) {
            if (((high[i] ^ addressHigh) & highMask[i]) == 0
                    && ((low[i] ^ addressLow) & lowMask[i]) == 0
                    && v4[i] == isMapped(addressHigh, addressLow)) {
                return true;
            }
        }
        return false;
    }
}
