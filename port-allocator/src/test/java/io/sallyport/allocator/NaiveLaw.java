package io.sallyport.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

        Life(String node, String machine, Incarnation incarnation, long lastRenew) {
            this.node = node;
            this.machine = machine;
            this.incarnation = incarnation;
            this.lastRenew = lastRenew;
        }
    }

    private final List<Life> lives = new ArrayList<>();
    private final Map<LeaseKey, Map<Integer, Incarnation>> leases = new HashMap<>();
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
            case AllocatorCommand.Renew(var who, var unreachable, var version) -> {
                if (isDeadOrUnknown(who)) {
                    assertThat(result).isEqualTo(new AllocatorResult.UnknownIncarnation(who));
                } else {
                    become(life(who).orElseThrow(), Member.Status.LIVE);
                    life(who).orElseThrow().lastRenew = index;
                }
            }
            case AllocatorCommand.Away(var who, var lastRenew) -> {
                Optional<Life> life = life(who);
                long live = count(Member.Status.LIVE);
                if (life.isPresent()
                        && life.get().status == Member.Status.LIVE
                        && life.get().lastRenew <= lastRenew
                        && live > 1) {
                    become(life.get(), Member.Status.AWAY);
                }
            }
            case AllocatorCommand.Acquire acquire -> acquire(acquire, result);
            case AllocatorCommand.Return(var who, var key, var given) -> {
                if (isDeadOrUnknown(who)) {
                    assertThat(result).isEqualTo(new AllocatorResult.UnknownIncarnation(who));
                } else {
                    given.forEach(port -> ports(key).remove(port, who));
                }
            }
            case AllocatorCommand.Reconciled(var dead, var key, var free, var in) -> {
                if (in.number() != epoch || count(Member.Status.AWAY) > 0) {
                    assertThat(result)
                            .isEqualTo(new AllocatorResult.StaleEpoch(new Epoch(1, epoch)));
                } else {
                    assertThat(result).isEqualTo(new AllocatorResult.Done());
                    if (isDeadOrUnknown(dead)) {
                        free.forEach(port -> ports(key).remove(port, dead));
                    }
                }
            }
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

    private void acquire(AllocatorCommand.Acquire acquire, AllocatorResult result) {
        Incarnation who = acquire.incarnation();
        Map<Integer, Incarnation> taken = ports(acquire.key());
        int free = Limits.PORTS - taken.size();
        if (isDeadOrUnknown(who)) {
            assertThat(result).isEqualTo(new AllocatorResult.UnknownIncarnation(who));
        } else if (isAway(who) || acquire.epoch().number() != epoch) {
            assertThat(result).isEqualTo(new AllocatorResult.StaleEpoch(new Epoch(1, epoch)));
        } else if (free == 0) {
            assertThat(result).isInstanceOf(AllocatorResult.Exhausted.class);
        } else {
            List<Integer> ports = ((AllocatorResult.Granted) result).ports();
            assertThat(ports).hasSize(Math.min(free, acquire.want()));
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
    void agreesWith(AllocationTable table) {
        assertThat(table.membership().epoch()).isEqualTo(new Epoch(1, epoch));
        assertThat(table.membership().members().stream().map(NaiveLaw::line).toList())
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
