package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.List;
import java.util.Optional;

/**
 * All incarnations that still matter in one epoch: live, away, and dead ones whose leases are not
 * yet reconciled. Sorted by incarnation.
 */
public record Membership(Epoch epoch, List<Member> members) {

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
