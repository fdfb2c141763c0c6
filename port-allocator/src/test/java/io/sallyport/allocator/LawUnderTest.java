package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A law with a log that counts: commands go in one by one, each in an entry of its own. */
final class LawUnderTest {

    static final IpAddress EIP = IpAddress.parse("198.51.100.7");
    static final LeaseKey WEB = key("192.0.2.1", 443);

    final MemoryTable table;
    final Set<IpAddress> known = new HashSet<>(Set.of(EIP));
    private final PortAllocator law;
    private long index;

    LawUnderTest() {
        this(new MemoryTable(), 0);
    }

    LawUnderTest(MemoryTable table, long index) {
        this.table = table;
        this.index = index;
        law = new PortAllocator(table, (eip, generation) -> known.contains(eip) && generation == 1);
    }

    static LeaseKey key(String remote, int port) {
        return new LeaseKey(EIP, 1, new Destination(Protocol.TCP, IpAddress.parse(remote), port));
    }

    static AllocatorCommand.Join join(String node, String machine) {
        return new AllocatorCommand.Join(
                new NodeId(node),
                machine,
                Endpoint.parse("10.0.0.1:7000"),
                Endpoint.parse("10.0.0.1:7001"));
    }

    long index() {
        return index;
    }

    AllocatorResult submit(AllocatorCommand command) {
        index++;
        Decision decision = law.decide(command, new Stamp(index, 0, ChanceTest.entropy(index)));
        law.apply(decision.changes());
        return decision.result();
    }

    /** Several commands in one entry: one index, one entropy. */
    List<AllocatorResult> submitTogether(AllocatorCommand... commands) {
        index++;
        AllocatorResult[] results = new AllocatorResult[commands.length];
        for (int i = 0; i < commands.length; i++) {
            Decision decision =
                    law.decide(commands[i], new Stamp(index, i, ChanceTest.entropy(index)));
            law.apply(decision.changes());
            results[i] = decision.result();
        }
        return List.of(results);
    }

    Incarnation joined(String node) {
        return ((AllocatorResult.Joined) submit(join(node, "machine-of-" + node))).incarnation();
    }

    Epoch epoch() {
        return table.membership().epoch();
    }

    Member member(Incarnation incarnation) {
        return table.membership().member(incarnation).orElseThrow();
    }

    AllocatorResult acquire(Incarnation incarnation, LeaseKey key, int want) {
        return submit(new AllocatorCommand.Acquire(incarnation, key, want, epoch()));
    }

    List<Integer> granted(Incarnation incarnation, LeaseKey key, int want) {
        return ((AllocatorResult.Granted) acquire(incarnation, key, want)).ports();
    }

    AllocatorResult away(Incarnation incarnation) {
        return submit(new AllocatorCommand.Away(incarnation, member(incarnation).lastRenew()));
    }

    AllocatorResult renew(Incarnation incarnation) {
        return submit(new AllocatorCommand.Renew(incarnation, Set.of(), 0));
    }
}
