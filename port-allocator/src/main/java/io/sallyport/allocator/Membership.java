package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.List;

/**
 * All incarnations that still matter in one epoch: live, away, and dead ones whose leases are not
 * yet reconciled. Sorted by incarnation.
 */
public record Membership(Epoch epoch, List<Member> members) {

    public Membership {
        members = List.copyOf(members);
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
