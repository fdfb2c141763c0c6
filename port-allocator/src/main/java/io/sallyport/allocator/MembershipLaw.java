package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who is a member. Every change of anyone's status makes a new epoch, since keepers are computed
 * from the live members of an epoch; what a member merely says about itself does not.
 */
final class MembershipLaw {

    private final AllocationTable table;

    MembershipLaw(AllocationTable table) {
        this.table = table;
    }

    /**
     * The new life is numbered by the epoch that it begins: no two Joins share one, not even within
     * one log entry, and no later life can get the number of an earlier one.
     */
    Decision join(AllocatorCommand.Join join, long index) {
        Membership membership = table.membership();
        Epoch epoch = membership.epoch().next();
        List<Member> members = new ArrayList<>();
        for (Member member : membership.members()) {
            boolean former =
                    member.node().equals(join.node()) && member.status() != Member.Status.DEAD;
            if (former && !sameMachine(member.machine(), join.machine())) {
                return Decision.unchanged(
                        new AllocatorResult.NodeTaken(member.node(), member.machine()));
            }
            if (!former) {
                members.add(member);
            } else if (hasLeases(member)) {
                members.add(member.with(Member.Status.DEAD, epoch));
            }
        }
        Incarnation incarnation = new Incarnation(epoch.number());
        members.add(
                new Member(
                        join.node(),
                        incarnation,
                        Member.Status.LIVE,
                        join.machine(),
                        join.peers(),
                        join.management(),
                        epoch,
                        epoch,
                        index,
                        Set.of(),
                        0));
        Membership next = new Membership(epoch, members);
        return became(next, new AllocatorResult.Joined(incarnation, next));
    }

    /** The machine without its boot: on the same machine the former process is surely gone. */
    private static boolean sameMachine(String one, String other) {
        return machineAlone(one).equals(machineAlone(other));
    }

    private static String machineAlone(String machine) {
        int slash = machine.indexOf('/');
        return slash < 0 ? machine : machine.substring(0, slash);
    }

    private boolean hasLeases(Member member) {
        return table.leasedTo(member.incarnation()) > 0;
    }

    Decision leave(AllocatorCommand.Leave leave) {
        Membership membership = table.membership();
        Optional<Member> member = membership.member(leave.incarnation());
        if (member.isEmpty()) {
            return Decision.unchanged(new AllocatorResult.UnknownIncarnation(leave.incarnation()));
        }
        if (member.get().status() == Member.Status.DEAD) {
            return Decision.unchanged(new AllocatorResult.Renewed(membership));
        }
        Epoch epoch = membership.epoch().next();
        Membership next =
                hasLeases(member.get())
                        ? membership.with(member.get().with(Member.Status.DEAD, epoch), epoch)
                        : new Membership(epoch, membership.without(leave.incarnation()).members());
        return became(next, new AllocatorResult.Renewed(next));
    }

    /** A member that was away is live again, in a new epoch: that is its return. */
    Decision renew(AllocatorCommand.Renew renew, long index) {
        Membership membership = table.membership();
        Optional<Member> found = membership.member(renew.incarnation());
        if (found.isEmpty() || found.get().status() == Member.Status.DEAD) {
            return Decision.unchanged(new AllocatorResult.UnknownIncarnation(renew.incarnation()));
        }
        Member member = found.get();
        boolean returns = member.status() == Member.Status.AWAY;
        Epoch epoch = returns ? membership.epoch().next() : membership.epoch();
        Member present = returns ? member.with(Member.Status.LIVE, epoch) : member;
        Membership next =
                membership.with(
                        present.renewed(index, renew.unreachable(), renew.catalogVersion()), epoch);
        return became(next, new AllocatorResult.Renewed(next));
    }

    /**
     * The leader may have judged by what it saw before a Renew that was applied since: then its
     * word is void. The last live member is never put away, for nobody would be left to serve.
     */
    Decision away(AllocatorCommand.Away away) {
        Membership membership = table.membership();
        Optional<Member> member = membership.member(away.incarnation());
        if (member.isEmpty()) {
            return Decision.unchanged(new AllocatorResult.UnknownIncarnation(away.incarnation()));
        }
        boolean outdated =
                member.get().status() != Member.Status.LIVE
                        || member.get().lastRenew() > away.lastRenew()
                        || membership.live().size() == 1;
        if (outdated) {
            return Decision.unchanged(new AllocatorResult.Renewed(membership));
        }
        Epoch epoch = membership.epoch().next();
        Membership next = membership.with(member.get().with(Member.Status.AWAY, epoch), epoch);
        return became(next, new AllocatorResult.Renewed(next));
    }

    private static Decision became(Membership next, AllocatorResult result) {
        return new Decision(List.of(new AllocatorChange.MembershipBecame(next)), result);
    }
}
