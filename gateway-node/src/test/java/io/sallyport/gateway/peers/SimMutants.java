package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.watch.LeaderWatch;
import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rules of the store's side, of its clients and of the links, switched off from outside: what is
 * said to the store, or by it, is bent on its way.
 */
final class SimMutants {

    enum Switch {
        /** A call that comes again is applied again. */
        DEDUPE,
        /** A Return counts however late it comes. */
        AS_OF,
        /** A broken session voids nothing. */
        SESSIONS,
        /** The dead are forgotten at once. */
        FORGET,
        /** Dead at once: the node's own clock has not stopped it yet. */
        FENCE,
        /** Dead after T + drift, though peers acknowledged its heartbeats meanwhile. */
        VOUCH,
        /** Dead where all others vouch, however many are named at once. */
        HALF,
        /** Dead where all others vouch, however short ago somebody else died. */
        APART,
        /** Orphans are judged free while somebody is away. */
        NOBODY_AWAY,
        /** What one holds is granted to another. */
        GRANTS_ONCE
    }

    private record Heard(long lastRenew, long nanos) {}

    private final Set<Switch> off;
    private final Map<Incarnation, Heard> heard = new HashMap<>();
    private final Set<Incarnation> doomed = new HashSet<>();
    private long lastDeathNanos;
    private final Set<List<Object>> lies = new HashSet<>();

    SimMutants(Set<Switch> off) {
        this.off = Set.copyOf(off);
    }

    boolean has(Switch one) {
        return off.contains(one);
    }

    boolean dedupe() {
        return !has(Switch.DEDUPE);
    }

    boolean forgetsEarly() {
        return has(Switch.FORGET);
    }

    /** What reaches the store instead. */
    AllocatorCommand said(AllocatorCommand command) {
        return switch (command) {
            case AllocatorCommand.Return r when has(Switch.AS_OF) ->
                    new AllocatorCommand.Return(
                            r.incarnation(), r.key(), Long.MAX_VALUE, r.ports());
            case AllocatorCommand.Learn l when has(Switch.NOBODY_AWAY) ->
                    new AllocatorCommand.Learn(
                            l.asOf(), nobodyAway(l.membership()), l.added(), l.removed());
            default -> command;
        };
    }

    private static Membership nobodyAway(Membership m) {
        return new Membership(
                m.epoch(),
                m.members().stream()
                        .map(e -> e.status() == Member.Status.AWAY ? live(e) : e)
                        .toList());
    }

    private static Member live(Member m) {
        return new Member(
                m.node(),
                m.incarnation(),
                Member.Status.LIVE,
                m.machine(),
                m.peers(),
                m.management(),
                m.joined(),
                m.since(),
                m.lastRenew(),
                m.knows(),
                m.unreachable(),
                m.vouches(),
                m.catalogVersion());
    }

    /** What is heard of the store's answer instead. */
    AllocatorResult answered(AllocatorCommand command, AllocatorResult result, SimHolders holders) {
        if (has(Switch.GRANTS_ONCE) && command instanceof AllocatorCommand.Acquire a) {
            for (int port = Limits.PORT_MIN; port < Limits.PORT_MIN + 16; port++) {
                Incarnation holder = holders.holder(a.key(), port);
                if (holder != null
                        && !holder.equals(a.incarnation())
                        && lies.add(List.of(a.incarnation(), a.key(), port))) {
                    return new AllocatorResult.Granted(Long.MAX_VALUE / 2, Ports.of(port));
                }
            }
        }
        return result;
    }

    /** Whom a leader that breaks the rules calls dead, through the operator's mouth. */
    Optional<AllocatorCommand.OfMembers> judge(Membership membership, long nowNanos) {
        if (!has(Switch.FENCE) && !has(Switch.VOUCH) && !has(Switch.HALF) && !has(Switch.APART)) {
            return Optional.empty();
        }
        List<Member> undead = membership.notDead();
        hear(undead, nowNanos);
        long patience = has(Switch.FENCE) ? 2_000 * SimWorld.MS : LeaderWatch.DEAD_NANOS;
        List<Member> silent = undead.stream().filter(m -> silence(m, nowNanos) > patience).toList();
        if (has(Switch.HALF)) {
            boolean vouched = silent.stream().allMatch(m -> vouched(m, undead, silent));
            if (vouched && nowNanos - lastDeathNanos > LeaderWatch.DEAD_NANOS) {
                silent.forEach(m -> doomed.add(m.incarnation()));
            }
        } else if (has(Switch.APART)) {
            silent.stream()
                    .filter(m -> undead.size() > 1 && vouched(m, undead, List.of(m)))
                    .forEach(m -> doomed.add(m.incarnation()));
        } else {
            silent.forEach(m -> doomed.add(m.incarnation()));
        }
        return undead.stream()
                .filter(m -> doomed.contains(m.incarnation()))
                .<AllocatorCommand.OfMembers>map(m -> new AllocatorCommand.Fence(m.node()))
                .findFirst();
    }

    private void hear(List<Member> undead, long nowNanos) {
        Set<Incarnation> present = new HashSet<>();
        for (Member m : undead) {
            present.add(m.incarnation());
            Heard before = heard.get(m.incarnation());
            if (before == null || before.lastRenew() != m.lastRenew()) {
                heard.put(m.incarnation(), new Heard(m.lastRenew(), nowNanos));
            }
        }
        if (heard.keySet().retainAll(present)) {
            lastDeathNanos = nowNanos;
        }
    }

    private long silence(Member member, long nowNanos) {
        Heard last = heard.get(member.incarnation());
        return last == null ? 0 : nowNanos - last.nanos();
    }

    private static boolean vouched(Member silent, List<Member> undead, List<Member> named) {
        return undead.stream()
                .filter(m -> !named.contains(m))
                .allMatch(m ->
                        m.vouches().getOrDefault(silent.incarnation(), -1L) == silent.lastRenew());
    }
}
