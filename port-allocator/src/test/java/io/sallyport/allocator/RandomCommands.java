package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Commands that mostly make sense in the state as it is, and sometimes not at all. */
public final class RandomCommands {

    private static final List<LeaseKey> KEYS =
            List.of(
                    LawUnderTest.key("192.0.2.1", 443),
                    LawUnderTest.key("192.0.2.1", 80),
                    LawUnderTest.key("2001:db8::1", 443));

    private final RandomGenerator random;

    public RandomCommands(RandomGenerator random) {
        this.random = random;
    }

    public AllocatorCommand next(LawUnderTest law) {
        AllocationTable table = law.table;
        Incarnation who = who(law);
        LeaseKey key = KEYS.get(random.nextInt(KEYS.size()));
        Epoch epoch = law.epoch();
        Epoch mostlyCurrent = random.nextInt(20) == 0 ? epoch.next() : epoch;
        return switch (random.nextInt(23)) {
            case 0 ->
                    LawUnderTest.join(
                            "node-" + random.nextInt(5), random.nextInt(8) == 0 ? "other" : "own");
            case 1 -> new AllocatorCommand.Away(who, random.nextLong(lastRenew(law, who) + 2));
            case 2, 3, 4 ->
                    new AllocatorCommand.Renew(
                            who,
                            random.nextInt(5) == 0 ? new Epoch(1, 1) : epoch,
                            random.nextBoolean()
                                    ? Set.of()
                                    : Set.of(
                                            new NodeId("node-" + random.nextInt(5)),
                                            new NodeId("x")),
                            vouches(law),
                            random.nextInt(9));
            case 5 ->
                    random.nextInt(3) == 0
                            ? new AllocatorCommand.Leave(who)
                            : new AllocatorCommand.Away(who, lastRenew(law, who));
            case 6, 7, 8 ->
                    new AllocatorCommand.Reconciled(who, key, some(table, key, who), mostlyCurrent);
            case 9, 10, 11, 12 ->
                    new AllocatorCommand.Return(
                            who,
                            key,
                            random.nextInt(5) == 0 ? random.nextLong(law.end() + 1) : law.end(),
                            some(table, key, who));
            case 13 -> new AllocatorCommand.Dead(Map.of(who, lastRenew(law, who)));
            case 14 ->
                    random.nextInt(5) == 0
                            ? new AllocatorCommand.Fence(new NodeId("node-" + random.nextInt(5)))
                            : new AllocatorCommand.Forget(dead(law, who));
            default ->
                    new AllocatorCommand.Acquire(who, key, 1 << random.nextInt(9), mostlyCurrent);
        };
    }

    private Incarnation who(LawUnderTest law) {
        List<Member> members = law.membership().members();
        return members.isEmpty() || random.nextInt(30) == 0
                ? new Incarnation(random.nextInt(100))
                : members.get(random.nextInt(members.size())).incarnation();
    }

    private static long lastRenew(LawUnderTest law, Incarnation who) {
        return law.membership().member(who).map(Member::lastRenew).orElse(0L);
    }

    /** Some of the holder's ports, and some that may be anybody's. */
    private Ports some(AllocationTable table, LeaseKey key, Incarnation who) {
        List<Integer> ports = new ArrayList<>();
        int keep = random.nextInt(4);
        for (int port : table.holdings(key).portsOf(who).toList()) {
            if (random.nextInt(4) >= keep) {
                ports.add(port);
            }
        }
        for (int i = random.nextInt(10); i > 0; i--) {
            ports.add(random.nextInt(65536));
        }
        return Ports.of(ports.subList(0, Math.min(ports.size(), Limits.PORTS)));
    }

    /** Mostly of everyone as of now, sometimes of nobody or as of earlier. */
    private Map<Incarnation, Long> vouches(LawUnderTest law) {
        Map<Incarnation, Long> vouches = new HashMap<>();
        if (random.nextInt(4) > 0) {
            for (Member member : law.membership().notDead()) {
                vouches.put(member.incarnation(), member.lastRenew() - random.nextInt(20) / 19);
            }
        }
        return vouches;
    }

    /** Forgetting one that still holds something would be the leader's lie. */
    private static Incarnation dead(LawUnderTest law, Incarnation who) {
        return law.table.leasedTo(who) == 0 ? who : new Incarnation(1000);
    }
}
