package io.sallyport.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The law as one would write it down on a page: a map from port to holder for each destination, and
 * a list of members. It says which answers are right; where the law may choose (the ports of a
 * grant), it takes over the choice after looking at it.
 */
final class NaiveLaw {

    private static final class Life {
        final String node;
        final String machine;
        final Incarnation incarnation;
        Member.Status status = Member.Status.LIVE;
        long lastRenew;
        Map<Incarnation, Long> vouches = Map.of();
        long knows;
        final Set<String> unreachable = new HashSet<>();

        Life(String node, String machine, Incarnation incarnation, long lastRenew) {
            this.node = node;
            this.machine = machine;
            this.incarnation = incarnation;
            this.lastRenew = lastRenew;
            this.knows = incarnation.number();
        }
    }

    private final List<Life> lives = new ArrayList<>();
    private final Map<LeaseKey, Map<Integer, Incarnation>> leases = new HashMap<>();
    private final Map<LeaseKey, Map<Incarnation, Long>> newestGrants = new HashMap<>();
    private long epoch;

    private Optional<Life> life(Incarnation incarnation) {
        return lives.stream().filter(life -> life.incarnation.equals(incarnation)).findFirst();
    }

    private Map<Integer, Incarnation> ports(LeaseKey key) {
        return leases.computeIfAbsent(key, absent -> new HashMap<>());
    }

    private boolean isDeadOrUnknown(Incarnation incarnation) {
        return life(incarnation).map(life -> life.status == Member.Status.DEAD).orElse(true);
    }

    private boolean isAway(Incarnation incarnation) {
        return life(incarnation).orElseThrow().status == Member.Status.AWAY;
    }

    void heard(AllocatorCommand command, AllocatorResult result, long index) {
        switch (command) {
            case AllocatorCommand.Join join -> join(join, result, index);
            case AllocatorCommand.Leave(var who) -> {
                if (life(who).isEmpty()) {
                    assertThat(result).isEqualTo(new AllocatorResult.UnknownIncarnation(who));
                } else {
                    become(life(who).orElseThrow(), Member.Status.DEAD);
                }
            }
            case AllocatorCommand.Renew(
                            var who,
                            var knows,
                            var unreachable,
                            var vouches,
                            var version) -> {
                if (isDeadOrUnknown(who)) {
                    assertThat(result).isEqualTo(new AllocatorResult.UnknownIncarnation(who));
                } else {
                    Life life = life(who).orElseThrow();
                    life.lastRenew = index;
                    life.vouches = vouches;
                    life.knows = knows.number();
                    life.unreachable.clear();
                    unreachable.forEach(node -> life.unreachable.add(node.value()));
                    if (live().stream().noneMatch(other -> apart(life, other))) {
                        become(life, Member.Status.LIVE);
                    }
                }
            }
            case AllocatorCommand.Away(var who, var lastRenew) -> {
                Optional<Life> life = life(who);
                if (life.isPresent()
                        && life.get().status == Member.Status.LIVE
                        && life.get().lastRenew <= lastRenew) {
                    away(life.get());
                }
            }
            case AllocatorCommand.Acquire acquire -> acquire(acquire, result, index);
            case AllocatorCommand.Return(var who, var key, var asOf, var given) -> {
                if (life(who).isEmpty() && who.number() > epoch) {
                    assertThat(result).isEqualTo(new AllocatorResult.Done());
                } else if (isDeadOrUnknown(who)) {
                    assertThat(result).isEqualTo(new AllocatorResult.UnknownIncarnation(who));
                } else if (newestGrant(key, who) > asOf) {
                    assertThat(result)
                            .isEqualTo(new AllocatorResult.Overtaken(newestGrant(key, who)));
                } else {
                    given.stream().forEach(port -> ports(key).remove(port, who));
                }
            }
            case AllocatorCommand.Reconciled(var dead, var key, var free, var in) -> {
                if (in.number() != epoch || count(Member.Status.AWAY) > 0) {
                    assertThat(result)
                            .isEqualTo(new AllocatorResult.StaleEpoch(new Epoch(1, epoch)));
                } else {
                    assertThat(result).isEqualTo(new AllocatorResult.Done());
                    if (isDeadOrUnknown(dead)) {
                        free.stream().forEach(port -> ports(key).remove(port, dead));
                    }
                }
            }
            case AllocatorCommand.Dead(var lastRenews) -> dead(lastRenews);
            case AllocatorCommand.Fence(var node) -> kill(life -> life.node.equals(node.value()));
            case AllocatorCommand.Forget(var dead) -> {}
            case AllocatorCommand.Learn learn -> {}
        }
        lives.removeIf(life -> life.status == Member.Status.DEAD && held(life) == 0);
    }

    private void join(AllocatorCommand.Join join, AllocatorResult result, long index) {
        Optional<Life> former =
                lives.stream()
                        .filter(life -> life.node.equals(join.node().value()))
                        .filter(life -> life.status != Member.Status.DEAD)
                        .findFirst();
        if (former.isPresent() && !former.get().machine.equals(join.machine())) {
            assertThat(result)
                    .isEqualTo(new AllocatorResult.NodeTaken(join.node(), former.get().machine));
            return;
        }
        former.ifPresent(life -> life.status = Member.Status.DEAD);
        epoch++;
        Incarnation fresh = ((AllocatorResult.Joined) result).incarnation();
        assertThat(life(fresh)).as("a number that nobody had").isEmpty();
        lives.add(new Life(join.node().value(), join.machine(), fresh, index));
    }

    private static boolean apart(Life one, Life other) {
        return one.unreachable.contains(other.node) || other.unreachable.contains(one.node);
    }

    private List<Life> live() {
        return lives.stream().filter(life -> life.status == Member.Status.LIVE).toList();
    }

    /** Somebody must be left, or come back for it in the same epoch. */
    private void away(Life silent) {
        List<Life> back =
                lives.stream()
                        .filter(life -> life.status == Member.Status.AWAY)
                        .filter(life -> life.lastRenew > silent.lastRenew)
                        .toList();
        if (live().size() > 1) {
            become(silent, Member.Status.AWAY);
        } else if (!back.isEmpty()) {
            become(silent, Member.Status.AWAY);
            back.forEach(life -> life.status = Member.Status.LIVE);
        }
    }

    private void dead(Map<Incarnation, Long> lastRenews) {
        List<Life> undead =
                lives.stream().filter(life -> life.status != Member.Status.DEAD).toList();
        for (Incarnation who : lastRenews.keySet()) {
            if (isDeadOrUnknown(who) || life(who).orElseThrow().lastRenew != lastRenews.get(who)) {
                return;
            }
        }
        long older = Long.MAX_VALUE;
        for (Incarnation who : lastRenews.keySet()) {
            older = Math.min(older, life(who).orElseThrow().knows);
        }
        int witnesses = 0;
        for (Life life : undead) {
            if (!lastRenews.containsKey(life.incarnation) && life.incarnation.number() <= older) {
                witnesses++;
            }
        }
        if (witnesses < lastRenews.size()) {
            return;
        }
        for (Life witness : undead) {
            for (Incarnation who : lastRenews.keySet()) {
                if (!lastRenews.containsKey(witness.incarnation)
                        && !lastRenews.get(who).equals(witness.vouches.get(who))) {
                    return;
                }
            }
        }
        kill(life -> lastRenews.containsKey(life.incarnation));
    }

    private void kill(Predicate<Life> who) {
        boolean anyone = false;
        for (Life life : lives) {
            if (life.status != Member.Status.DEAD && who.test(life)) {
                life.status = Member.Status.DEAD;
                anyone = true;
            }
        }
        epoch += anyone ? 1 : 0;
    }

    private long newestGrant(LeaseKey key, Incarnation who) {
        return ports(key).containsValue(who)
                ? newestGrants.getOrDefault(key, Map.of()).getOrDefault(who, 0L)
                : 0;
    }

    private void acquire(AllocatorCommand.Acquire acquire, AllocatorResult result, long index) {
        Incarnation who = acquire.incarnation();
        Map<Integer, Incarnation> taken = ports(acquire.key());
        int free = Limits.PORTS - taken.size();
        if (life(who).isEmpty() && who.number() > epoch) {
            assertThat(result).isEqualTo(new AllocatorResult.StaleEpoch(new Epoch(1, epoch)));
        } else if (isDeadOrUnknown(who)) {
            assertThat(result).isEqualTo(new AllocatorResult.UnknownIncarnation(who));
        } else if (isAway(who) || acquire.epoch().number() < epoch) {
            assertThat(result).isEqualTo(new AllocatorResult.StaleEpoch(new Epoch(1, epoch)));
        } else if (free == 0) {
            assertThat(result).isInstanceOf(AllocatorResult.Exhausted.class);
        } else {
            List<Integer> ports = ((AllocatorResult.Granted) result).ports().toList();
            long share = Math.max(1, free / 2 / count(Member.Status.LIVE));
            assertThat(ports).hasSize((int) Math.min(share, acquire.want()));
            newestGrants.computeIfAbsent(acquire.key(), absent -> new HashMap<>()).put(who, index);
            for (int port : ports) {
                assertThat(port).isBetween(1024, 65535);
                assertThat(taken.put(port, who)).as("holder of port %d", port).isNull();
            }
        }
    }

    private void become(Life life, Member.Status status) {
        if (life.status != status) {
            life.status = status;
            epoch++;
        }
    }

    private long count(Member.Status status) {
        return lives.stream().filter(life -> life.status == status).count();
    }

    private long held(Life life) {
        return leases.values().stream()
                .flatMap(ports -> ports.values().stream())
                .filter(life.incarnation::equals)
                .count();
    }

    /** Everything that the table says must be so here. */
    void agreesWith(LawUnderTest law) {
        AllocationTable table = law.table;
        assertThat(law.membership().epoch()).isEqualTo(new Epoch(1, epoch));
        assertThat(law.membership().members().stream().map(NaiveLaw::line).toList())
                .isEqualTo(
                        lives.stream()
                                .map(life ->
                                        life.node
                                                + " "
                                                + life.incarnation
                                                + " "
                                                + life.status
                                                + " "
                                                + life.lastRenew)
                                .toList());
        leases.forEach((key, ports) -> {
            Holdings holdings = table.holdings(key);
            assertThat(holdings.leased()).isEqualTo(ports.size());
            ports.forEach((port, holder) ->
                    assertThat(holdings.holds(holder, port))
                            .as("%s holds %d of %s", holder, port, key)
                            .isTrue());
        });
        for (Life life : lives) {
            assertThat(table.leasedTo(life.incarnation)).isEqualTo(held(life));
        }
    }

    private static String line(Member member) {
        return member.node()
                + " "
                + member.incarnation()
                + " "
                + member.status()
                + " "
                + member.lastRenew();
    }
}
