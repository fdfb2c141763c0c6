package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who is a member. Every change of anyone's status makes a new epoch, since keepers are computed
 * from the live members of an epoch; what a member merely says about itself does not, and neither
 * does forgetting the dead.
 *
 * <p>{@link #decide} looks and says, {@link #apply} does. Both run on every replica, live and on
 * replay, and depend on nothing but the log. One thread at a time.
 */
public final class MemberLaw {

    private Membership membership = Membership.EMPTY;

    /** The list as it is; immutable. */
    public Membership membership() {
        return membership;
    }

    /** Puts back a list that was written behind earlier. */
    public void load(Membership written) {
        membership = written;
    }

    /**
     * Says what the command makes of the list, and changes nothing.
     *
     * @param index of the log entry that holds the command
     */
    public Decision<Membership> decide(AllocatorCommand.OfMembers command, long index) {
        return switch (command) {
            case AllocatorCommand.Join join -> join(join, index);
            case AllocatorCommand.Leave(var who) -> leave(who);
            case AllocatorCommand.Renew renew -> renew(renew, index);
            case AllocatorCommand.Away away -> away(away);
            case AllocatorCommand.Dead dead -> dead(dead);
            case AllocatorCommand.Fence(var node) -> die(m -> m.node().equals(node));
            case AllocatorCommand.Forget(var who) -> forget(who);
        };
    }

    /** Does what {@link #decide} said, before anything else is decided. */
    public void apply(Decision<Membership> decision) {
        Membership next = decision.change();
        if (next != null) {
            Invariant.check(
                    next.epoch().compareTo(membership.epoch()) >= 0, "epochs never go back");
            membership = next;
        }
    }

    /**
     * The new life is numbered by the epoch that it begins: no two Joins share one, not even within
     * one log entry, and no later life can get the number of an earlier one.
     */
    private Decision<Membership> join(AllocatorCommand.Join join, long index) {
        Epoch epoch = membership.epoch().next();
        List<Member> members = new ArrayList<>();
        for (Member member : membership.members()) {
            boolean former =
                    member.node().equals(join.node()) && member.status() != Member.Status.DEAD;
            if (former && !sameMachine(member.machine(), join.machine())) {
                return Decision.unchanged(
                        new AllocatorResult.NodeTaken(member.node(), member.machine()));
            }
            members.add(former ? member.with(Member.Status.DEAD, epoch) : member);
        }
        Incarnation incarnation = Membership.begunBy(epoch);
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
                        epoch,
                        Set.of(),
                        Map.of(),
                        0));
        Membership next = new Membership(epoch, members);
        return new Decision<>(next, new AllocatorResult.Joined(incarnation, next));
    }

    /** The machine without its boot: on the same machine the former process is surely gone. */
    private static boolean sameMachine(String one, String other) {
        return machineAlone(one).equals(machineAlone(other));
    }

    private static String machineAlone(String machine) {
        int slash = machine.indexOf('/');
        return slash < 0 ? machine : machine.substring(0, slash);
    }

    private Decision<Membership> leave(Incarnation who) {
        return membership.member(who).isEmpty()
                ? Decision.unchanged(new AllocatorResult.UnknownIncarnation(who))
                : die(m -> m.incarnation().equals(who));
    }

    /**
     * A member that was away is live again, in a new epoch, once it and all live ones reach each
     * other: that is its return. Before, it would only be put away again.
     */
    private Decision<Membership> renew(AllocatorCommand.Renew renew, long index) {
        Optional<Member> found = membership.member(renew.incarnation());
        if (found.isEmpty() || found.get().status() == Member.Status.DEAD) {
            return Decision.unchanged(new AllocatorResult.UnknownIncarnation(renew.incarnation()));
        }
        Member member = found.get().renewed(index, renew);
        boolean returns =
                member.status() == Member.Status.AWAY
                        && membership.live().stream()
                                .allMatch(live -> reachEachOther(live, member));
        Epoch epoch = returns ? membership.epoch().next() : membership.epoch();
        Member present = returns ? member.with(Member.Status.LIVE, epoch) : member;
        return became(membership.with(present, epoch));
    }

    private static boolean reachEachOther(Member one, Member other) {
        return !one.unreachable().contains(other.node())
                && !other.unreachable().contains(one.node());
    }

    /**
     * The leader may have judged by what it saw before a Renew that was applied since: then its
     * word is void. The last live member goes only where others come back for it, those that are
     * away and renewed since; else nobody would be left to serve.
     */
    private Decision<Membership> away(AllocatorCommand.Away away) {
        Optional<Member> found = membership.member(away.incarnation());
        if (found.isEmpty()) {
            return Decision.unchanged(new AllocatorResult.UnknownIncarnation(away.incarnation()));
        }
        Member member = found.get();
        boolean last = membership.live().size() == 1;
        Predicate<Member> back =
                m -> last && m.status() == Member.Status.AWAY && m.lastRenew() > member.lastRenew();
        if (member.status() != Member.Status.LIVE
                || member.lastRenew() > away.lastRenew()
                || last && membership.members().stream().noneMatch(back)) {
            return unchanged();
        }
        Epoch epoch = membership.epoch().next();
        List<Member> members = new ArrayList<>();
        for (Member each : membership.members()) {
            members.add(
                    each.equals(member)
                            ? each.with(Member.Status.AWAY, epoch)
                            : back.test(each) ? each.with(Member.Status.LIVE, epoch) : each);
        }
        return became(new Membership(epoch, members));
    }

    /**
     * Who is named has a horizon that only an acknowledged Renew or a majority of those that it
     * does not know as dead can move. No Renew was acknowledged since the one named, for that is
     * still its last. And it finds no majority without one of the others, who vouch that they gave
     * no acknowledgement and will give none: of the list that it knows they are at least half. (Of
     * the present list would not do: it may be longer by those who joined behind its back.) So it
     * stopped by itself.
     */
    private Decision<Membership> dead(AllocatorCommand.Dead word) {
        return isCertain(membership, word)
                ? die(m -> word.lastRenews().containsKey(m.incarnation()))
                : unchanged();
    }

    /** Whether the word holds of this list: the leader asks before it says it. */
    public static boolean isCertain(Membership list, AllocatorCommand.Dead word) {
        List<Member> undead = list.notDead();
        List<Member> named = undead.stream().filter(m -> isLast(word.lastRenews(), m)).toList();
        List<Member> others = undead.stream().filter(m -> !named.contains(m)).toList();
        boolean vouched =
                others.stream()
                        .allMatch(
                                other -> named.stream().allMatch(m -> isLast(other.vouches(), m)));
        long knownToAll =
                others.stream()
                        .filter(other -> named.stream().allMatch(m -> knows(m, other)))
                        .count();
        return named.size() == word.lastRenews().size() && vouched && knownToAll >= named.size();
    }

    private static boolean knows(Member member, Member other) {
        return other.joined().compareTo(member.knows()) <= 0;
    }

    private static boolean isLast(Map<Incarnation, Long> lastRenews, Member member) {
        return Long.valueOf(member.lastRenew()).equals(lastRenews.get(member.incarnation()));
    }

    private Decision<Membership> die(Predicate<Member> who) {
        Epoch epoch = membership.epoch().next();
        List<Member> members = new ArrayList<>();
        boolean anyone = false;
        for (Member member : membership.members()) {
            boolean dies = member.status() != Member.Status.DEAD && who.test(member);
            anyone |= dies;
            members.add(dies ? member.with(Member.Status.DEAD, epoch) : member);
        }
        return anyone ? became(new Membership(epoch, members)) : unchanged();
    }

    private Decision<Membership> forget(Incarnation who) {
        boolean dead =
                membership.member(who).map(m -> m.status() == Member.Status.DEAD).orElse(false);
        return dead ? became(membership.without(who)) : unchanged();
    }

    private Decision<Membership> unchanged() {
        return Decision.unchanged(new AllocatorResult.Renewed(membership));
    }

    private static Decision<Membership> became(Membership next) {
        return new Decision<>(next, new AllocatorResult.Renewed(next));
    }
}
