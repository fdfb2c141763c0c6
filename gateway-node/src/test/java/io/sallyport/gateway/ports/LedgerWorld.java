package io.sallyport.gateway.ports;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Some ledgers and the real law of leases in simulated time, a millisecond a step: commits take
 * one, connections last as long as they are told.
 */
final class LedgerWorld {

    static final long MS = 1_000_000L;
    static final IpAddress EIP = IpAddress.parse("198.51.100.7");

    /** Renewals, with which nodes ask what is wanted of them. */
    private static final int WANTED_MS = 250;

    private static final Epoch EPOCH = new Epoch(1, 3);

    private record Ending(long atNanos, int node, LeasedPort port, ConnectionId borrower) {}

    final SimulatedStore store;
    final List<PortLedger> ledgers = new ArrayList<>();
    private final Deque<Ending> endings = new ArrayDeque<>();
    private final Deque<Ending> lasting = new ArrayDeque<>();
    private final long lifeNanos;
    private long now = 3_600_000 * MS;
    private long borrowers;
    long opened;
    long refused;
    int live;

    /**
     * @param life of a connection until its home frees its port
     */
    LedgerWorld(long seed, int nodes, Duration life, Duration rest) {
        store = new SimulatedStore(seed);
        lifeNanos = life.toNanos();
        Membership members =
                new Membership(
                        EPOCH, LongStream.rangeClosed(1, nodes).mapToObj(this::member).toList());
        Pool pool = new Pool(new PoolId(EIP, 1), new TenantId("123456789012"), 0);
        store.submit(
                new AllocatorCommand.Learn(1, members, List.of(pool), List.of()), Duration.ZERO);
        store.commit();
        for (int node = 1; node <= nodes; node++) {
            ledgers.add(
                    new PortLedger(
                            new Incarnation(node),
                            store,
                            Runnable::run,
                            () -> now,
                            new Random(seed * 31 + node),
                            () -> EPOCH,
                            new LeaseSettings(rest, rest, rest, Duration.ofHours(1)),
                            (shortage, takers) -> {}));
        }
    }

    private Member member(long number) {
        Endpoint endpoint = Endpoint.parse("192.0.2.1:" + (1000 + number));
        return new Member(
                new NodeId("node-" + number),
                new Incarnation(number),
                Member.Status.LIVE,
                "machine-" + number,
                endpoint,
                endpoint,
                new Epoch(1, number),
                new Epoch(1, number),
                number,
                EPOCH,
                Set.of(),
                Map.of(),
                0);
    }

    static LeaseKey key(int destination) {
        return new LeaseKey(
                EIP,
                1,
                new Destination(
                        Protocol.TCP,
                        IpAddress.of(0, 0x0a00_0000L + (destination >>> 15)),
                        1024 + (destination & 0x7fff)));
    }

    /** A connection; it lasts for ever where {@code life} is not to end it. */
    void open(int node, LeaseKey key, boolean ends) {
        PortLedger ledger = ledgers.get(node);
        ledger.take(
                key,
                new PortLedger.Taker() {
                    @Override
                    public void port(LeasedPort port) {
                        opened++;
                        live++;
                        ConnectionId borrower = new ConnectionId(node + 1, ++borrowers);
                        ledger.lend(port, borrower);
                        if (ends) {
                            endings.add(new Ending(now + lifeNanos, node, port, borrower));
                        } else {
                            lasting.add(new Ending(0, node, port, borrower));
                        }
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        refused++;
                    }
                });
    }

    /** Ends one of those that last. */
    void endOne() {
        end(lasting.remove());
    }

    private void end(Ending ending) {
        live--;
        ledgers.get(ending.node())
                .freed(
                        ending.port().key(),
                        ending.port().port(),
                        ending.borrower(),
                        Ended.FINISHED);
    }

    /** One millisecond goes by. */
    void step() {
        now += MS;
        while (!endings.isEmpty() && endings.element().atNanos() <= now) {
            end(endings.remove());
        }
        store.commit();
        for (int node = 0; node < ledgers.size(); node++) {
            ledgers.get(node).turn(now);
            if (now / MS % WANTED_MS == 80L * node) {
                ledgers.get(node).wanted(store.table.wanted(new Incarnation(node + 1), 1024));
            }
        }
    }

    void run(int millis) {
        for (int i = 0; i < millis; i++) {
            step();
        }
    }

    long acquires() {
        return ledgers.stream().mapToLong(ledger -> ledger.counters().acquires()).sum();
    }

    int inHand() {
        return ledgers.stream().mapToInt(ledger -> ledger.counters().inHand()).sum();
    }
}
