package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.ports.ColdQuotas;
import io.sallyport.gateway.ports.LeaseSettings;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.client.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

/**
 * Some nodes in one thread and in simulated time, whose frames become bytes and are frames again as
 * between processes, a piece a turn: for counting what an open costs all of them together.
 */
final class Company {

    /** Of simulated time. */
    static final long TURN_NANOS = 1_000_000L;

    private static final int DESTINATIONS = 1_000;

    private final SharedStore store = new SharedStore();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Incarnation, Node> byLife = new HashMap<>();
    private final int copies;
    private long now = 1_000_000_000L;
    private int keys;

    /** What was heard of all opens. */
    int opened;

    int refused;
    long frames;
    long bytes;

    private final Keeping.Waiter waiter =
            new Keeping.Waiter() {
                @Override
                public void ready(int slot) {
                    opened++;
                }

                @Override
                public void refused(Keeping.Refusal refusal) {
                    refused++;
                }
            };

    /**
     * @param copies R of all connections
     * @param timeouts of all of them
     */
    Company(int size, int copies, Timeouts timeouts) {
        this.copies = copies;
        Tuning tuning = new Tuning(timeouts, LeaseSettings.DEFAULT, ColdQuotas.NONE);
        for (int i = 0; i < size; i++) {
            Node node = new Node(i, tuning);
            nodes.add(node);
            byLife.put(node.life, node);
        }
        Membership all =
                ((Outcome.Done<Membership>) store.members(Duration.ofSeconds(1)).join()).value();
        nodes.forEach(node -> node.protocol.learn(all));
        for (Node one : nodes) {
            nodes.stream().filter(o -> o != one).forEach(o -> one.protocol.up(o.life));
        }
        for (int i = 0; i < 100; i++) {
            turn();
        }
    }

    private final class Node implements Links {
        final LeanCarriage carriage = new LeanCarriage();
        final Queue<Runnable> mail = new ArrayDeque<>();
        final Map<Incarnation, FrameCodec.Writer> said = new HashMap<>();
        final Incarnation life;
        final ConnectionProtocol protocol;

        Node(int number, Tuning tuning) {
            AllocatorCommand join =
                    new AllocatorCommand.Join(
                            new NodeId("node-" + number),
                            "machine-" + number,
                            Endpoint.parse("192.0.2.1:" + (1000 + number)),
                            Endpoint.parse("192.0.2.1:" + (2000 + number)));
            AllocatorResult.Joined joined =
                    (AllocatorResult.Joined)
                            ((Outcome.Done<AllocatorResult>)
                                            store.submit(join, Duration.ofSeconds(1)).join())
                                    .value();
            life = joined.incarnation();
            protocol =
                    new ConnectionProtocol(
                            life,
                            joined.membership(),
                            "cluster",
                            tuning,
                            now,
                            new ConnectionProtocol.Ground(
                                    store,
                                    carriage,
                                    this,
                                    mail::add,
                                    () -> now,
                                    new Random(number),
                                    () -> 1,
                                    Rules.ALL,
                                    (shortage, count) -> {},
                                    () -> {
                                        throw new AssertionError("fenced");
                                    }));
        }

        @Override
        public boolean isUp(Incarnation peer) {
            return byLife.containsKey(peer);
        }

        @Override
        public void send(Incarnation peer, Epoch epoch, Frame frame) {
            frames++;
            FrameCodec.Writer piece = said.computeIfAbsent(peer, p -> new FrameCodec.Writer());
            if (!piece.takes(epoch)) {
                flush(peer, piece);
            }
            piece.add(epoch, frame);
        }

        @Override
        public void reach(Membership membership) {}

        void turn() {
            for (Runnable task = mail.poll(); task != null; task = mail.poll()) {
                task.run();
            }
            protocol.turn(now);
        }

        void flush() {
            said.forEach(this::flush);
        }

        private void flush(Incarnation peer, FrameCodec.Writer outbound) {
            Node to = byLife.get(peer);
            if (to == null || outbound.isEmpty()) {
                return;
            }
            byte[] content = outbound.take();
            bytes += Integer.BYTES + content.length;
            FrameCodec.Piece piece = FrameCodec.decode(content);
            to.mail.add(() -> to.protocol.received(life, piece.epoch(), piece.frames()));
        }
    }

    /** Each node's turn, then what they said is on its way. */
    void turn() {
        now += TURN_NANOS;
        nodes.forEach(Node::turn);
        nodes.forEach(Node::flush);
    }

    /** Others than any before, so many at each node in turn. */
    void open(int count) {
        for (Node node : nodes) {
            for (int i = 0; i < count; i++) {
                Keeping.Wish wish = wish(keys++);
                if (node.protocol.openAtOnce(wish, true) == Keeping.NOT_AT_ONCE) {
                    node.protocol.open(wish, waiter);
                } else {
                    opened++;
                }
            }
        }
    }

    private Keeping.Wish wish(int number) {
        InsideKey key =
                new InsideKey(
                        7,
                        Protocol.UDP,
                        new Endpoint(
                                IpAddress.of(0, 0xffff_0a00_0000L + number / DESTINATIONS), 4_000),
                        new Endpoint(
                                IpAddress.of(0, 0xffff_cb00_0000L + number % DESTINATIONS), 53));
        Keeping.Wish one = SimLoad.wish(key, SharedStore.POOL);
        return new Keeping.Wish(
                one.gateway(),
                one.tenant(),
                key,
                one.eip(),
                one.poolGeneration(),
                copies,
                one.path(),
                one.numbers());
    }

    /** Copies at all nodes. */
    int kept() {
        return nodes.stream().mapToInt(node -> node.protocol.status().copies()).sum();
    }
}
