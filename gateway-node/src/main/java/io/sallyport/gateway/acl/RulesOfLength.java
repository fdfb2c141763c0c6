package io.sallyport.gateway.acl;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.AclEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rules of one protocol whose prefixes are of one family and length, sorted by address. */
@HotPath
final class RulesOfLength {

    final boolean v4;
    private final long highMask;
    private final long lowMask;
    private final long[] high;
    private final long[] low;
    private final RulesOfPrefix[] rules;

    /**
     * @param bits of the prefixes, as of an IPv6 address
     * @param chosen which of {@code all} they are, ascending
     */
    RulesOfLength(boolean v4, int bits, List<AclEntry> all, List<Integer> chosen) {
        this.v4 = v4;
        highMask = mask(Math.min(bits, 64));
        lowMask = mask(Math.max(bits - 64, 0));
        Map<IpAddress, List<Integer>> prefixes = new TreeMap<>();
        for (int rule : chosen) {
            prefixes.computeIfAbsent(all.get(rule).prefix().address(), address -> new ArrayList<>())
                    .add(rule);
        }
        high = prefixes.keySet().stream().mapToLong(IpAddress::high).toArray();
        low = prefixes.keySet().stream().mapToLong(IpAddress::low).toArray();
        rules =
                prefixes.values().stream()
                        .map(indexes -> new RulesOfPrefix(all, indexes))
                        .toArray(RulesOfPrefix[]::new);
    }

    /** The first of those that match, or {@link CompiledAcl#NONE}. */
    int first(long packetHigh, long packetLow, int detail) {
        long wantedHigh = packetHigh & highMask;
        long wantedLow = packetLow & lowMask;
        int from = 0;
        int to = rules.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = Long.compareUnsigned(high[middle], wantedHigh);
            if (order == 0) {
                order = Long.compareUnsigned(low[middle], wantedLow);
            }
            if (order == 0) {
                return rules[middle].first(detail);
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return CompiledAcl.NONE;
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }
}
