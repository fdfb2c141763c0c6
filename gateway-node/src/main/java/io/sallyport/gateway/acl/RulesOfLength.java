package io.sallyport.gateway.acl;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.AclEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rules of one protocol whose prefixes are of one family and length, the near ones likewise,
 * sorted by address.
 */
@HotPath
final class RulesOfLength {

    final boolean v4;
    private final long highMask;
    private final long lowMask;
    private final long nearHighMask;
    private final long nearLowMask;
    private final long[] high;
    private final long[] low;
    private final long[] nearHigh;
    private final long[] nearLow;
    private final RulesOfPrefix[] rules;

    private record Prefixes(IpAddress far, IpAddress near) {

        /** Stands where a rule does not judge by the near address. */
        static final IpAddress ANY = IpAddress.of(0, 0);

        static Prefixes of(AclEntry rule) {
            return new Prefixes(
                    rule.prefix().address(), rule.near().map(IpPrefix::address).orElse(ANY));
        }
    }

    /**
     * @param bits of the prefixes, as of an IPv6 address
     * @param nearBits of the near ones, 0 where there are none
     * @param chosen which of {@code all} they are, ascending
     */
    RulesOfLength(boolean v4, int bits, int nearBits, List<AclEntry> all, List<Integer> chosen) {
        this.v4 = v4;
        highMask = mask(Math.min(bits, 64));
        lowMask = mask(Math.max(bits - 64, 0));
        nearHighMask = mask(Math.min(nearBits, 64));
        nearLowMask = mask(Math.max(nearBits - 64, 0));
        Map<Prefixes, List<Integer>> prefixes =
                new TreeMap<>(Comparator.comparing(Prefixes::far).thenComparing(Prefixes::near));
        for (int rule : chosen) {
            prefixes.computeIfAbsent(Prefixes.of(all.get(rule)), both -> new ArrayList<>())
                    .add(rule);
        }
        high = prefixes.keySet().stream().mapToLong(both -> both.far().high()).toArray();
        low = prefixes.keySet().stream().mapToLong(both -> both.far().low()).toArray();
        nearHigh = prefixes.keySet().stream().mapToLong(both -> both.near().high()).toArray();
        nearLow = prefixes.keySet().stream().mapToLong(both -> both.near().low()).toArray();
        rules =
                prefixes.values().stream()
                        .map(indexes -> new RulesOfPrefix(all, indexes))
                        .toArray(RulesOfPrefix[]::new);
    }

    /** The first of those that match, or {@link CompiledAcl#NONE}. */
    int first(long farHigh, long farLow, long packetNearHigh, long packetNearLow, int detail) {
        long wantedHigh = farHigh & highMask;
        long wantedLow = farLow & lowMask;
        long wantedNearHigh = packetNearHigh & nearHighMask;
        long wantedNearLow = packetNearLow & nearLowMask;
        int from = 0;
        int to = rules.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = Long.compareUnsigned(high[middle], wantedHigh);
            if (order == 0) {
                order = Long.compareUnsigned(low[middle], wantedLow);
            }
            if (order == 0) {
                order = Long.compareUnsigned(nearHigh[middle], wantedNearHigh);
            }
            if (order == 0) {
                order = Long.compareUnsigned(nearLow[middle], wantedNearLow);
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
