package io.sallyport.allocator.watch;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.watch.Complaints.Pair;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A smallest set of members that has one of every pair: without it all that are left reach each
 * other. It never has all members of any pair's component, so somebody is always left.
 */
final class Cover {

    /** Up to so many members all sets are tried; beyond, the one with most pairs goes first. */
    static final int EXACT_MAX = 10;

    private Cover() {}

    /** Of several smallest sets the one with the younger members, youngest first. */
    static List<Member> smallest(List<Pair> pairs) {
        TreeMap<Incarnation, Member> ends = new TreeMap<>();
        for (Pair pair : pairs) {
            ends.put(pair.one().incarnation(), pair.one());
            ends.put(pair.other().incarnation(), pair.other());
        }
        List<Member> members = List.copyOf(ends.values());
        return members.size() <= EXACT_MAX ? exact(members, pairs) : greedy(members, pairs);
    }

    private static List<Member> exact(List<Member> members, List<Pair> pairs) {
        int[] masks =
                pairs.stream()
                        .mapToInt(p ->
                                1 << members.indexOf(p.one()) | 1 << members.indexOf(p.other()))
                        .toArray();
        int best = (1 << members.size()) - 1;
        // Larger numbers have the younger members: from the largest down, only fewer is better.
        for (int set = best; set >= 0; set--) {
            if (Integer.bitCount(set) < Integer.bitCount(best) && covers(set, masks)) {
                best = set;
            }
        }
        List<Member> chosen = new ArrayList<>();
        for (int i = members.size() - 1; i >= 0; i--) {
            if ((best & 1 << i) != 0) {
                chosen.add(members.get(i));
            }
        }
        return chosen;
    }

    private static boolean covers(int set, int[] masks) {
        for (int mask : masks) {
            if ((set & mask) == 0) {
                return false;
            }
        }
        return true;
    }

    private static List<Member> greedy(List<Member> members, List<Pair> pairs) {
        List<Pair> left = new ArrayList<>(pairs);
        List<Member> chosen = new ArrayList<>();
        while (!left.isEmpty()) {
            Member most =
                    members.stream()
                            .max(
                                    Comparator.comparingLong((Member m) -> pairsOf(m, left))
                                            .thenComparing(Member::incarnation))
                            .orElseThrow();
            chosen.add(most);
            left.removeIf(pair -> has(pair, most));
        }
        return chosen;
    }

    private static long pairsOf(Member member, List<Pair> pairs) {
        return pairs.stream().filter(pair -> has(pair, member)).count();
    }

    private static boolean has(Pair pair, Member member) {
        return pair.one().equals(member) || pair.other().equals(member);
    }
}
