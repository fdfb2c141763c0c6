package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import java.util.ArrayList;
import java.util.List;
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

    public AllocatorCommand next(AllocationTable table) {
        Incarnation who = who(table);
        LeaseKey key = KEYS.get(random.nextInt(KEYS.size()));
        Epoch epoch = table.membership().epoch();
        Epoch mostlyCurrent = random.nextInt(20) == 0 ? epoch.next() : epoch;
        return switch (random.nextInt(20)) {
            case 0 ->
                    LawUnderTest.join(
                            "node-" + random.nextInt(5), random.nextInt(8) == 0 ? "other" : "own");
            case 1 -> new AllocatorCommand.Away(who, random.nextLong(lastRenew(table, who) + 2));
            case 2, 3, 4 ->
                    new AllocatorCommand.Renew(
                            who,
                            Set.of(new NodeId("node-" + random.nextInt(5)), new NodeId("x")),
                            random.nextInt(9));
            case 5 ->
                    random.nextInt(3) == 0
                            ? new AllocatorCommand.Leave(who)
                            : new AllocatorCommand.Away(who, lastRenew(table, who));
            case 6, 7, 8 ->
                    new AllocatorCommand.Reconciled(who, key, some(table, key, who), mostlyCurrent);
            case 9, 10, 11, 12 -> new AllocatorCommand.Return(who, key, some(table, key, who));
            default ->
                    new AllocatorCommand.Acquire(who, key, 1 << random.nextInt(9), mostlyCurrent);
        };
    }

    private Incarnation who(AllocationTable table) {
        List<Member> members = table.membership().members();
        return members.isEmpty() || random.nextInt(30) == 0
                ? new Incarnation(random.nextInt(100))
                : members.get(random.nextInt(members.size())).incarnation();
    }

    private static long lastRenew(AllocationTable table, Incarnation who) {
        return table.membership().member(who).map(Member::lastRenew).orElse(0L);
    }

    /** Some of the holder's ports, and some that may be anybody's. */
    private List<Integer> some(AllocationTable table, LeaseKey key, Incarnation who) {
        List<Integer> ports = new ArrayList<>();
        int keep = random.nextInt(4);
        for (int port : table.holdings(key).portsOf(who)) {
            if (random.nextInt(4) >= keep) {
                ports.add(port);
            }
        }
        for (int i = random.nextInt(10); i > 0; i--) {
            ports.add(random.nextInt(65536));
        }
        return ports.subList(0, Math.min(ports.size(), Limits.PORTS));
    }
}
