package io.sallyport.store.raft;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges which member fell silent, from what one leader saw during one term, by its own clock.
 *
 * <p>A member is away when the leader applied no Renew of it for {@link #SILENCE_NANOS}, counted at
 * the earliest from when this leader began to lead, and a majority of the other live members that
 * do renew say that they cannot reach it. So a store that cannot commit, a slow start of a leader,
 * or a node that is merely cut off from the store puts nobody away; and where nobody else is left
 * to say it, nobody is. One thread.
 */
final class Silence {

    static final long SILENCE_NANOS = 1_000_000_000L;

    private record Heard(long lastRenew, long nanos) {}

    private final Map<Incarnation, Heard> heard = new HashMap<>();

    /** A new leader has heard of nobody yet. */
    void forget() {
        heard.clear();
    }

    /**
     * Looks at the member list as it is now, and names one that is away. One at a time: each makes
     * an epoch, in which the next is judged anew.
     */
    Optional<AllocatorCommand.Away> judge(Membership membership, long nowNanos) {
        List<Member> live = membership.live();
        live.forEach(member -> hear(member, nowNanos));
        heard.keySet().removeIf(each -> !membership.isLive(each));
        List<Member> talking = live.stream().filter(m -> !silent(m, nowNanos)).toList();
        return live.stream()
                .filter(member -> silent(member, nowNanos))
                .filter(member -> unreachable(member, talking))
                .map(m -> new AllocatorCommand.Away(m.incarnation(), m.lastRenew()))
                .findFirst();
    }

    private void hear(Member member, long nowNanos) {
        Heard before = heard.get(member.incarnation());
        if (before == null || before.lastRenew() != member.lastRenew()) {
            heard.put(member.incarnation(), new Heard(member.lastRenew(), nowNanos));
        }
    }

    private boolean silent(Member member, long nowNanos) {
        Heard last = heard.get(member.incarnation());
        return last != null && nowNanos - last.nanos() >= SILENCE_NANOS;
    }

    private static boolean unreachable(Member member, List<Member> talking) {
        long complaints =
                talking.stream().filter(m -> m.unreachable().contains(member.node())).count();
        return 2 * complaints > talking.size();
    }
}
