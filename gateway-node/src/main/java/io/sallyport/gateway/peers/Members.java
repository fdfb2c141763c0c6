package io.sallyport.gateway.peers;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The newest epoch that this node knows, who is a member of it, and how far it is settled. Worker
 * thread.
 */
final class Members {

    private final SipHash hash;
    private final Incarnation me;
    private Membership membership;
    private Keepers keepers;
    private boolean live;

    // Asked with every frame.
    private Set<Incarnation> liveMembers;

    private List<Member> notDead;

    /** Members that have told me, as home, all that they have. */
    private final Set<Incarnation> handed = new HashSet<>();

    /** Members that, as homes, have passed on to me, as gate, all that they have. */
    private final Set<Incarnation> homesDone = new HashSet<>();

    // Asked of each copy.
    private boolean homeSettled;
    private boolean gateSettled;

    private boolean caughtUp;

    Members(SipHash hash, Incarnation me, Membership membership) {
        this.hash = hash;
        this.me = me;
        this.membership = membership;
        keepers = keepersOf(membership);
        live = membership.isLive(me);
        liveMembers = Set.copyOf(keepers.members());
        notDead = notDeadOf(membership);
        homeSettled = keepers.members().isEmpty();
        gateSettled = homeSettled;
    }

    private void settle() {
        homeSettled = handed.containsAll(keepers.members());
        gateSettled = homesDone.containsAll(keepers.members());
        caughtUp = live && (caughtUp || homeSettled && gateSettled);
    }

    private Keepers keepersOf(Membership m) {
        return new Keepers(hash, m.live().stream().map(Member::incarnation).sorted().toList());
    }

    private static List<Member> notDeadOf(Membership m) {
        return m.members().stream().filter(e -> e.status() != Member.Status.DEAD).toList();
    }

    /**
     * @return false where it is not newer than what is known
     */
    boolean learn(Membership newer) {
        if (newer.epoch().compareTo(membership.epoch()) <= 0) {
            return false;
        }
        membership = newer;
        keepers = keepersOf(newer);
        live = newer.isLive(me);
        liveMembers = Set.copyOf(keepers.members());
        notDead = notDeadOf(newer);
        handed.clear();
        homesDone.clear();
        settle();
        return true;
    }

    /** A look at the epoch that is known: statuses are the same, what members say may be newer. */
    void refresh(Membership same) {
        if (same.epoch().equals(membership.epoch()) && asOf(same) >= asOf(membership)) {
            membership = same;
        }
    }

    /** Log index of the newest Renew that the list has seen. */
    private static long asOf(Membership m) {
        return m.members().stream().mapToLong(Member::lastRenew).max().orElse(0);
    }

    Membership membership() {
        return membership;
    }

    Epoch epoch() {
        return membership.epoch();
    }

    /** Whether this node is a member: only then it opens, keeps and takes copies. */
    boolean live() {
        return live;
    }

    /** Whether this node is the only live member. */
    boolean alone() {
        return live && keepers.members().size() == 1;
    }

    boolean isLive(Incarnation member) {
        return liveMembers.contains(member);
    }

    /** Of the newest epoch's live members; only meaningful while {@link #live()}. */
    Keepers keepers() {
        return keepers;
    }

    List<Incarnation> liveOthers() {
        return keepers.members().stream().filter(m -> !m.equals(me)).toList();
    }

    /** Live and away: whose majority keeps a horizon moving. */
    List<Member> notDead() {
        return notDead;
    }

    boolean isDead(Incarnation incarnation) {
        return membership.members().stream()
                .noneMatch(m ->
                        m.incarnation().equals(incarnation) && m.status() != Member.Status.DEAD);
    }

    /** {@code from} handed over; true when that settled this home. */
    boolean handedOver(Incarnation from) {
        boolean fresh = handed.add(from);
        settle();
        return fresh && homeSettled;
    }

    boolean homesDone(Incarnation from) {
        boolean fresh = homesDone.add(from);
        settle();
        return fresh && gateSettled;
    }

    /** As home I may judge: every member has handed over. */
    boolean homeSettled() {
        return homeSettled;
    }

    /** As gate I may accept: every home has passed on what is mine. */
    boolean gateSettled() {
        return gateSettled;
    }

    /**
     * Whether some epoch was settled here since this node became a member: then it has sessions,
     * and what it keeps. Later epochs are settled beside the traffic.
     */
    boolean caughtUp() {
        return caughtUp;
    }

    /**
     * Whether somebody who was a member at {@code since} or later is away now: he may know, and
     * even carry, what all others have dropped. Away since epoch e means live until e - 1.
     */
    boolean frozen(Epoch since) {
        return membership.members().stream()
                .anyMatch(m -> m.status() == Member.Status.AWAY && m.since().compareTo(since) > 0);
    }

    boolean isAway(Incarnation member) {
        return membership.member(member).map(m -> m.status() == Member.Status.AWAY).orElse(false);
    }

    boolean anyoneAway() {
        return membership.members().stream().anyMatch(m -> m.status() == Member.Status.AWAY);
    }
}
