package io.sallyport.allocator.watch;

import io.sallyport.allocator.Member;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Which pairs of live members cannot reach each other, and since when. One side's word is enough: a
 * session needs both. One thread.
 */
final class Complaints {

    /** The lower incarnation first. */
    record Pair(Member one, Member other) {}

    private record Ends(Incarnation one, Incarnation other) implements Comparable<Ends> {
        @Override
        public int compareTo(Ends that) {
            int byOne = one.compareTo(that.one);
            return byOne != 0 ? byOne : other.compareTo(that.other);
        }
    }

    private final TreeMap<Ends, Long> since = new TreeMap<>();
    private List<Pair> present = List.of();

    void forget() {
        since.clear();
        present = List.of();
    }

    /**
     * @param talking live members whose word is fresh, ascending
     */
    void look(List<Member> talking, long nowNanos) {
        List<Pair> pairs = new ArrayList<>();
        TreeMap<Ends, Long> still = new TreeMap<>();
        for (int i = 0; i < talking.size(); i++) {
            for (int j = i + 1; j < talking.size(); j++) {
                Pair pair = new Pair(talking.get(i), talking.get(j));
                if (isApart(pair)) {
                    pairs.add(pair);
                    still.put(ends(pair), since.getOrDefault(ends(pair), nowNanos));
                }
            }
        }
        present = pairs;
        since.clear();
        since.putAll(still);
    }

    private static boolean isApart(Pair pair) {
        return pair.one.unreachable().contains(pair.other.node())
                || pair.other.unreachable().contains(pair.one.node());
    }

    private static Ends ends(Pair pair) {
        return new Ends(pair.one.incarnation(), pair.other.incarnation());
    }

    /** Pairs that are apart for long enough, as last looked at. */
    List<Pair> lasting(long nowNanos) {
        return present.stream()
                .filter(pair ->
                        nowNanos - Objects.requireNonNull(since.get(ends(pair)))
                                >= LeaderWatch.MEND_NANOS)
                .toList();
    }
}
