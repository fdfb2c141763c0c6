package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Ports;
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
        /** Orphans are judged free while somebody is away. */
        NOBODY_AWAY,
        /** What one holds is granted to another. */
        GRANTS_ONCE
    }

    private record Heard(long lastRenew, long nanos) {}

    private final Set<Switch> off;
    private final Map<Incarnation, Heard> heard = new HashMap<>();
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
        if (!has(Switch.FENCE) && !has(Switch.VOUCH)) {
            return Optional.empty();
        }
        long patience =
                has(Switch.FENCE) ? 2_000 * SimWorld.MS : Horizon.REACH_NANOS + 1_000 * SimWorld.MS;
        for (Member m : membership.members()) {
            Heard before = heard.get(m.incarnation());
            if (before == null || before.lastRenew() != m.lastRenew()) {
                heard.put(m.incarnation(), new Heard(m.lastRenew(), nowNanos));
            } else if (m.status() != Member.Status.DEAD && nowNanos - before.nanos() > patience) {
                return Optional.of(new AllocatorCommand.Fence(m.node()));
            }
        }
        return Optional.empty();
    }
}
