package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.util.Map;

/** An immutable map from address to a number of at least 0, asked by numbers. */
@HotPath
final class AddressMap {

    static final int NONE = -1;

    private final long[] high;
    private final long[] low;
    private final int[] value;
    private final int mask;

    AddressMap(Map<IpAddress, Integer> entries) {
        int size = Math.max(4, Integer.highestOneBit(Math.max(1, entries.size())) << 2);
        mask = size - 1;
        high = new long[size];
        low = new long[size];
        value = new int[size];
        java.util.Arrays.fill(value, NONE);
        entries.forEach((address, number) -> {
            int at = index(address.high(), address.low());
            while (value[at] != NONE) {
                at = at + 1 & mask;
            }
            high[at] = address.high();
            low[at] = address.low();
            value[at] = number;
        });
    }

    int get(long addressHigh, long addressLow) {
        int at = index(addressHigh, addressLow);
        while (value[at] != NONE) {
            if (low[at] == addressLow && high[at] == addressHigh) {
                return value[at];
            }
            at = at + 1 & mask;
        }
        return NONE;
    }

    private int index(long addressHigh, long addressLow) {
        long h = (addressHigh * 31 + addressLow) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (h >>> 32) & mask;
    }
}
