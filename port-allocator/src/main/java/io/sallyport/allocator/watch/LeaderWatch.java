package io.sallyport.allocator.watch;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import java.util.List;
import java.util.Optional;

/**
 * The leader's judgement of the members, from what one leader saw during one leadership, by its own
 * clock. One command at a time: each makes an epoch, in which the rest is judged anew. What it says
 * is void where a later Renew was applied meanwhile; the law looks again. One thread.
 *
 * <p>Three reasons, in this order:
 *
 * <ul>
 *   <li><b>Dead</b>: silent for {@link #DEAD_NANOS}, the last death of anyone as long ago, and all
 *       others vouch ({@link AllocatorCommand.Dead}).
 *   <li><b>Away by silence</b>: silent for {@link #SILENCE_NANOS}, and most of those that do renew
 *       cannot reach it. Who is merely cut off from the store stays, and where nobody is left to
 *       say it, so does everybody.
 *   <li><b>Away to mend</b>: live members that cannot reach each other for {@link #MEND_NANOS}
 *       cannot both be keepers: the smallest set goes without which all the others reach each other
 *       ({@link Cover}).
 * </ul>
 */
public final class LeaderWatch {

    /** Renewals come four times a second. */
    public static final long SILENCE_NANOS = 1_000_000_000L;

    /** Long enough for a session to be made anew, or for a silent one to be put away as such. */
    public static final long MEND_NANOS = 3_000_000_000L;

    /** T of a node's horizon (15 s) and the drift of two clocks in that time, with room. */
    public static final long DEAD_NANOS = 16_000_000_000L;

    private final Hearing hearing = new Hearing();
    private final Complaints complaints = new Complaints();

    /** A new leader has heard of nobody yet, and takes it that somebody died just now. */
    public void forget() {
        hearing.forget();
        complaints.forget();
    }

    /**
     * Looks at the member list as it is now.
     *
     * @param nowNanos of a clock that never goes back
     */
    public Optional<AllocatorCommand.OfMembers> judge(Membership membership, long nowNanos) {
        hearing.look(membership, nowNanos);
        List<Member> talking =
                membership.notDead().stream().filter(m -> !silent(m, nowNanos)).toList();
        complaints.look(talking.stream().filter(LeaderWatch::live).toList(), nowNanos);
        Optional<AllocatorCommand.OfMembers> dead = dead(membership, nowNanos);
        return dead.isPresent()
                ? dead
                : bySilence(membership, talking, nowNanos)
                        .or(() -> toMend(nowNanos))
                        .map(m -> new AllocatorCommand.Away(m.incarnation(), m.lastRenew()));
    }

    private boolean silent(Member member, long nowNanos) {
        return hearing.silence(member, nowNanos) >= SILENCE_NANOS;
    }

    private static boolean live(Member member) {
        return member.status() == Member.Status.LIVE;
    }

    /**
     * All that were silent for so long together; or else one of them, of whom even the other silent
     * ones may have vouched before.
     */
    private Optional<AllocatorCommand.OfMembers> dead(Membership membership, long nowNanos) {
        if (hearing.sinceLastDeath(nowNanos) < DEAD_NANOS) {
            return Optional.empty();
        }
        List<Member> silent =
                membership.notDead().stream()
                        .filter(m -> hearing.silence(m, nowNanos) >= DEAD_NANOS)
                        .toList();
        return Deaths.certain(membership, silent);
    }

    private Optional<Member> bySilence(Membership membership, List<Member> talking, long nowNanos) {
        List<Member> live = membership.live();
        List<Member> liveOnes = talking.stream().filter(LeaderWatch::live).toList();
        // Those that are away have the word only where no live one is left to have it.
        List<Member> witnesses = liveOnes.isEmpty() ? talking : liveOnes;
        return live.stream()
                .filter(member -> silent(member, nowNanos))
                .filter(member -> missed(member, witnesses))
                .findFirst();
    }

    private static boolean missed(Member member, List<Member> witnesses) {
        long missing =
                witnesses.stream().filter(m -> m.unreachable().contains(member.node())).count();
        return 2 * missing > witnesses.size();
    }

    private Optional<Member> toMend(long nowNanos) {
        return Cover.smallest(complaints.lasting(nowNanos)).stream().findFirst();
    }
}
