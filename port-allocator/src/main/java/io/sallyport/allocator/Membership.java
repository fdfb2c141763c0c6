package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All incarnations that still matter in one epoch: live, away, and dead ones whose leases are not
 * yet reconciled. Sorted by incarnation.
 */
public record Membership(Epoch epoch, List<Member> members) {

    /** Before anybody joined: epoch 0 of the first generation. */
    public static final Membership EMPTY = new Membership(new Epoch(1, 0), List.of());

    private static final int NUMBER_BITS = 40;

    public Membership {
        members = List.copyOf(members);
        for (int i = 1; i < members.size(); i++) {
            if (members.get(i - 1).incarnation().compareTo(members.get(i).incarnation()) >= 0) {
                throw new IllegalArgumentException("members are sorted by incarnation");
            }
        }
    }

    /** The member with this incarnation, in any status. */
    public Optional<Member> member(Incarnation incarnation) {
        return members.stream().filter(m -> m.incarnation().equals(incarnation)).findFirst();
    }

    public boolean isAnyAway() {
        return members.stream().anyMatch(m -> m.status() == Member.Status.AWAY);
    }

    /** The life that an epoch begins. A number is never met again in a later store generation. */
    static Incarnation begunBy(Epoch epoch) {
        Invariant.check(epoch.number() >>> NUMBER_BITS == 0, "epochs are fewer than 2^40");
        return new Incarnation((epoch.generation() - 1 << NUMBER_BITS) + epoch.number());
    }

    /** Those that are live or away. */
    public List<Member> notDead() {
        return members.stream().filter(m -> m.status() != Member.Status.DEAD).toList();
    }

    /** Whether both lists give everyone the same standing, whatever members say of themselves. */
    public boolean sameStanding(Membership other) {
        return epoch.equals(other.epoch)
                && members.stream()
                        .map(Member::incarnation)
                        .toList()
                        .equals(other.members.stream().map(Member::incarnation).toList());
    }

    /** Null where it is not in the list: it never was, or nothing is left of it. */
    Member.@Nullable Status statusOf(Incarnation incarnation) {
        int low = 0;
        int high = members.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Member member = members.get(middle);
            int order = Long.compare(member.incarnation().number(), incarnation.number());
            if (order == 0) {
                return member.status();
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** Whether it is dead, or was never there; false for a life that a later epoch may begin. */
    boolean isGone(Incarnation incarnation) {
        Member.Status status = statusOf(incarnation);
        return status == null
                ? incarnation.compareTo(begunBy(epoch)) <= 0
                : status == Member.Status.DEAD;
    }

    int liveCount() {
        int count = 0;
        for (Member member : members) {
            if (member.status() == Member.Status.LIVE) {
                count++;
            }
        }
        return count;
    }

    /** The list with this member in the place of its former state. */
    Membership with(Member changed, Epoch newEpoch) {
        return new Membership(
                newEpoch,
                members.stream()
                        .map(m -> m.incarnation().equals(changed.incarnation()) ? changed : m)
                        .toList());
    }

    /**
     * The list without a member that matters no more; the epoch stays, as nobody's status moved.
     */
    Membership without(Incarnation incarnation) {
        return new Membership(
                epoch, members.stream().filter(m -> !m.incarnation().equals(incarnation)).toList());
    }

    public List<Member> live() {
        return members.stream().filter(m -> m.status() == Member.Status.LIVE).toList();
    }

    public boolean isLive(Incarnation incarnation) {
        return members.stream()
                .anyMatch(m ->
                        m.incarnation().equals(incarnation) && m.status() == Member.Status.LIVE);
    }
}
