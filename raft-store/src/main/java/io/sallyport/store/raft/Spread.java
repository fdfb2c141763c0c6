package io.sallyport.store.raft;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When a store hands the lead of a group to another: when it leads two groups more than that one,
 * and has done so for a while. Elections put leads where chance wants; each move costs the group a
 * moment without commits, so none is made that the next one would undo. Pure; one thread.
 */
final class Spread {

    /** Longer than a restart and its elections take. */
    static final long SETTLED_NANOS = 10_000_000_000L;

    /** A group to be handed to a store. */
    record Move(int group, String to) {}

    private Optional<Move> wish = Optional.empty();
    private long sinceNanos;

    /**
     * Looks at who leads now.
     *
     * @param me this store
     * @param leaders who leads each group; a group without a leader is missing
     * @param groups how many groups there are
     * @param followers stores that follow each group that this store leads, and are up to date
     * @param nowNanos of a clock that never goes back
     */
    Optional<Move> look(
            String me,
            Map<Integer, String> leaders,
            int groups,
            Map<Integer, List<String>> followers,
            long nowNanos) {
        Optional<Move> found =
                leaders.size() < groups ? Optional.empty() : move(me, leaders, followers);
        if (!found.equals(wish)) {
            wish = found;
            sinceNanos = nowNanos;
        }
        if (wish.isEmpty() || nowNanos - sinceNanos < SETTLED_NANOS) {
            return Optional.empty();
        }
        sinceNanos = nowNanos;
        return wish;
    }

    private static Optional<Move> move(
            String me, Map<Integer, String> leaders, Map<Integer, List<String>> followers) {
        Map<String, Integer> leads = new HashMap<>();
        leaders.values().forEach(leader -> leads.merge(leader, 1, Integer::sum));
        int mine = leads.getOrDefault(me, 0);
        return leaders.keySet().stream()
                .filter(group -> me.equals(leaders.get(group)))
                .flatMap(group ->
                        followers.getOrDefault(group, List.of()).stream()
                                .map(to -> new Move(group, to)))
                .filter(move -> mine - leads.getOrDefault(move.to, 0) >= 2)
                .min(
                        Comparator.comparingInt((Move move) -> leads.getOrDefault(move.to, 0))
                                .thenComparing(Move::to)
                                .thenComparing(Comparator.comparingInt(Move::group).reversed()));
    }
}
