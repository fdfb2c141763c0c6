package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
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
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One node that is first alone; others only join, and what is said to them is noted. */
abstract class LoneNode {

    private final SharedStore store = new SharedStore();
    final SimCarriage carriage = new SimCarriage(() -> true, new SimCheck(), () -> this.now);
    private final Queue<Runnable> mail = new ArrayDeque<>();
    final List<Frame> said = new ArrayList<>();
    long now = 1_000_000_000L;
    boolean up;
    final ConnectionProtocol alone = join("alone");

    private ConnectionProtocol join(String node) {
        AllocatorResult.Joined joined = joined(node);
        return new ConnectionProtocol(
                joined.incarnation(),
                joined.membership(),
                "cluster",
                Tuning.DEFAULT,
                now,
                new ConnectionProtocol.Ground(
                        store,
                        carriage,
                        new Mute(),
                        mail::add,
                        () -> now,
                        new Random(6),
                        () -> 1,
                        Rules.ALL,
                        (shortage, refused) -> {},
                        () -> {}));
    }

    private AllocatorResult.Joined joined(String node) {
        Outcome<AllocatorResult> outcome =
                store.submit(
                                new AllocatorCommand.Join(
                                        new NodeId(node),
                                        "machine-" + node,
                                        Endpoint.parse("192.0.2.1:1"),
                                        Endpoint.parse("192.0.2.1:2")),
                                Duration.ofSeconds(1))
                        .join();
        return (AllocatorResult.Joined) ((Outcome.Done<AllocatorResult>) outcome).value();
    }

    private final class Mute implements Links {
        @Override
        public boolean isUp(Incarnation peer) {
            return up;
        }

        @Override
        public void send(Incarnation peer, Epoch epoch, Frame frame) {
            said.add(frame);
        }

        @Override
        public void reach(Membership membership) {}
    }

    void turn() {
        for (int i = 0; i < 20; i++) {
            oneTurn();
        }
    }

    void oneTurn() {
        now += 10_000_000L;
        for (Runnable task = mail.poll(); task != null; task = mail.poll()) {
            task.run();
        }
        alone.turn(now);
    }

    static InsideKey key(int number) {
        return new InsideKey(
                7,
                Protocol.UDP,
                new Endpoint(IpAddress.of(0, 0xffff_0a00_0000L + number / 50_000), number % 50_000),
                new Endpoint(IpAddress.of(0, 0xffff_cb00_7109L), 53));
    }

    static Keeping.Wish wish(int number) {
        return SimLoad.wish(key(number), SharedStore.POOL);
    }

    static final class Answer implements Keeping.Waiter {
        int slot = Keeping.NOT_AT_ONCE;
        Keeping.@Nullable Refusal refusal;

        @Override
        public void ready(int ready) {
            slot = ready;
        }

        @Override
        public void refused(Keeping.Refusal why) {
            refusal = why;
        }
    }

    /** The first few by the long way, until the lease is large. */
    int warm() {
        int number = 0;
        while (number < 40 || alone.openAtOnce(wish(number++), true) == Keeping.NOT_AT_ONCE) {
            Answer answer = new Answer();
            alone.open(wish(number++), answer);
            turn();
            assertThat(answer.refusal).isNull();
            assertThat(answer.slot).isNotEqualTo(Keeping.NOT_AT_ONCE);
        }
        return number;
    }

    void anotherJoins() {
        AllocatorResult.Joined unused = joined("other");
        alone.learn(
                ((Outcome.Done<Membership>) store.members(Duration.ofSeconds(1)).join()).value());
    }

    Incarnation other() {
        return alone.status().membership().live().stream()
                .map(Member::incarnation)
                .filter(life -> !life.equals(alone.status().incarnation()))
                .findFirst()
                .orElseThrow();
    }

    /** Both are members and the epoch is settled. */
    ConnectionProtocol settledWithAnother() {
        anotherJoins();
        Incarnation other = other();
        up = true;
        alone.up(other);
        turn();
        Epoch epoch = alone.status().membership().epoch();
        alone.received(other, epoch, List.of(new Frame.HandedOver(), new Frame.HomesDone()));
        turn();
        assertThat(alone.status().settled()).isTrue();
        return alone;
    }
}
