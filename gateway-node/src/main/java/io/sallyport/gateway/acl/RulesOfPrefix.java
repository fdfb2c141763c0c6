package io.sallyport.gateway.acl;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.store.catalog.AclEntry;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rules of one protocol and prefix, painted over each other: for each range of the packet's
 * detail the first of them. The detail is a target port, or ICMP's type and code as one number;
 * rules that judge by neither take all of it.
 */
@HotPath
final class RulesOfPrefix {

    private static final int DETAILS = 1 << 16;

    /** Where each range begins, ascending from 0. */
    private final int[] begins;

    private final int[] rule;

    /**
     * @param chosen which of {@code all} they are, ascending
     */
    RulesOfPrefix(List<AclEntry> all, List<Integer> chosen) {
        begins =
                IntStream.concat(
                                IntStream.of(0),
                                chosen.stream()
                                        .map(all::get)
                                        .flatMapToInt(entry ->
                                                IntStream.of(first(entry), last(entry) + 1)))
                        .filter(begin -> begin < DETAILS)
                        .sorted()
                        .distinct()
                        .toArray();
        rule = new int[begins.length];
        Arrays.fill(rule, CompiledAcl.NONE);
        paint(all, chosen);
    }

    /**
     * Each range once, however many rules cover it: those that are painted lead past themselves.
     */
    private void paint(List<AclEntry> all, List<Integer> chosen) {
        int[] bare = IntStream.rangeClosed(0, begins.length).toArray();
        for (int index : chosen) {
            int last = last(all.get(index));
            int range = bare(bare, Arrays.binarySearch(begins, first(all.get(index))));
            while (range < begins.length && begins[range] <= last) {
                rule[range] = index;
                bare[range] = range + 1;
                range = bare(bare, range);
            }
        }
    }

    /** The next range from here on that nobody painted; shortens the way for those who follow. */
    private static int bare(int[] bare, int range) {
        int at = range;
        while (bare[at] != at) {
            bare[at] = bare[bare[at]];
            at = bare[at];
        }
        return at;
    }

    private static int first(AclEntry entry) {
        if (entry.judgesPorts()) {
            return entry.portFrom();
        }
        return entry.judgesIcmp() && entry.icmpType() >= 0
                ? entry.icmpType() << 8 | Math.max(entry.icmpCode(), 0)
                : 0;
    }

    private static int last(AclEntry entry) {
        if (entry.judgesPorts()) {
            return entry.portTo();
        }
        return entry.judgesIcmp() && entry.icmpType() >= 0
                ? entry.icmpType() << 8 | (entry.icmpCode() < 0 ? 0xff : entry.icmpCode())
                : DETAILS - 1;
    }

    /** The first of those that match, or {@link CompiledAcl#NONE}. */
    int first(int detail) {
        int from = 0;
        int to = begins.length - 1;
        while (from < to) {
            int middle = (from + to + 1) >>> 1;
            if (begins[middle] <= detail) {
                from = middle;
            } else {
                to = middle - 1;
            }
        }
        return rule[from];
    }
}
