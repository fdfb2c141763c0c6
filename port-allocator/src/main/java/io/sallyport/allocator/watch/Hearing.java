package io.sallyport.allocator.watch;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Incarnation;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When each member that is not dead renewed last, and when the last one died. One thread. */
final class Hearing {

    /**
     * Where nobody at all renewed for longer than this, the store could not commit, or not hear:
     * such time is nobody's silence.
     */
    static final long STALL_NANOS = LeaderWatch.SILENCE_NANOS * 3 / 4;

    private record Heard(long lastRenew, long nanos) {}

    private final TreeMap<Incarnation, Heard> heard = new TreeMap<>();
    private long lastDeathNanos;
    private long lastNewsNanos;
    private boolean fresh = true;

    void forget() {
        heard.clear();
        fresh = true;
    }

    void look(Membership membership, long nowNanos) {
        if (fresh) {
            lastDeathNanos = nowNanos;
            lastNewsNanos = nowNanos;
            fresh = false;
        }
        List<Member> members = membership.notDead();
        TreeSet<Incarnation> present = new TreeSet<>();
        members.forEach(member -> present.add(member.incarnation()));
        if (!present.containsAll(heard.navigableKeySet())) {
            lastDeathNanos = nowNanos;
            heard.navigableKeySet().retainAll(present);
        }
        List<Member> news = members.stream().filter(this::isNews).toList();
        if (news.isEmpty()) {
            return;
        }
        long stalled = nowNanos - lastNewsNanos;
        if (stalled > STALL_NANOS) {
            heard.replaceAll((who, last) -> new Heard(last.lastRenew(), last.nanos() + stalled));
        }
        lastNewsNanos = nowNanos;
        news.forEach(m -> heard.put(m.incarnation(), new Heard(m.lastRenew(), nowNanos)));
    }

    private boolean isNews(Member member) {
        Heard last = heard.get(member.incarnation());
        return last == null || last.lastRenew() != member.lastRenew();
    }

    /** Of a member that was looked at; counted at the earliest from when it was first seen. */
    long silence(Member member, long nowNanos) {
        @Nullable Heard last = heard.get(member.incarnation());
        return last == null ? 0 : nowNanos - last.nanos();
    }

    /** Since anybody died in whatever way, or since this leadership began. */
    long sinceLastDeath(long nowNanos) {
        return nowNanos - lastDeathNanos;
    }
}
