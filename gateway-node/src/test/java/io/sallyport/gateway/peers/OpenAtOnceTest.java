package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.client.Outcome;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The short way of a node that is alone: one step, one answer, a bounded number of bytes. */
class OpenAtOnceTest {

    /**
     * The test's own map of what is open makes half of it; all but 50 is gone with a collection.
     */
    private static final long BYTES_MAX = 1_200;

    private final SharedStore store = new SharedStore();
    private final SimCarriage carriage =
            new SimCarriage(() -> true, new SimCheck(), () -> this.now);
    private final Queue<Runnable> mail = new ArrayDeque<>();
    private final List<Frame> said = new ArrayList<>();
    private long now = 1_000_000_000L;
    private boolean up;
    private final ConnectionProtocol alone = join("alone");

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

    private void turn() {
        for (int i = 0; i < 20; i++) {
            now += 10_000_000L;
            for (Runnable task = mail.poll(); task != null; task = mail.poll()) {
                task.run();
            }
            alone.turn(now);
        }
    }

    private static InsideKey key(int number) {
        return new InsideKey(
                7,
                Protocol.UDP,
                new Endpoint(IpAddress.of(0, 0xffff_0a00_0000L + number / 50_000), number % 50_000),
                new Endpoint(IpAddress.of(0, 0xffff_cb00_7109L), 53));
    }

    private static Keeping.Wish wish(int number) {
        return SimLoad.wish(key(number), SharedStore.POOL);
    }

    private static final class Answer implements Keeping.Waiter {
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
    private int warm() {
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

    @Test
    void isOpenWhenTheCallReturnsAndNobodyIsToldAnything() {
        int number = warm();
        int before = said.size();
        int slot = alone.openAtOnce(wish(number), true);
        assertThat(slot).isNotEqualTo(Keeping.NOT_AT_ONCE);
        assertThat(said).hasSize(before);
        Connection connection =
                carriage.entries().stream()
                        .filter(entry -> entry.slot == slot)
                        .findFirst()
                        .orElseThrow()
                        .connection;
        assertThat(connection.inside()).isEqualTo(key(number));
        Answer found = new Answer();
        alone.find(connection.outside(), found);
        turn();
        assertThat(found.slot).isEqualTo(slot);
    }

    @Test
    void noTwoHaveOnePortAndWhatIsOpenIsNotOpenedAgain() {
        int number = warm();
        Set<Object> outside = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            if (alone.openAtOnce(wish(number + i), true) == Keeping.NOT_AT_ONCE) {
                turn();
            } else {
                assertThat(alone.openAtOnce(wish(number + i), true)).isEqualTo(Keeping.NOT_AT_ONCE);
            }
        }
        carriage.entries().forEach(e -> assertThat(outside.add(e.connection.outside())).isTrue());
        assertThat(outside).hasSizeGreaterThan(2_000);
    }

    @Test
    void withASecondMemberEachIsAsked() {
        int number = warm();
        anotherJoins();
        assertThat(alone.openAtOnce(wish(number), true)).isEqualTo(Keeping.NOT_AT_ONCE);
    }

    /** Both are members and the epoch is settled. */
    private ConnectionProtocol settledWithAnother() {
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

    private Incarnation other() {
        return alone.status().membership().live().stream()
                .map(Member::incarnation)
                .filter(life -> !life.equals(alone.status().incarnation()))
                .findFirst()
                .orElseThrow();
    }

    private static Keeping.Wish withCopies(int copies, Keeping.Wish wish) {
        return new Keeping.Wish(
                wish.gateway(),
                wish.tenant(),
                wish.inside(),
                wish.eip(),
                wish.poolGeneration(),
                copies,
                wish.path(),
                wish.numbers());
    }

    @Test
    void amongTwoOnlyWhatIsAllOnesOwnAndHeldOnceOpensAtOnce() {
        int number = warm();
        ConnectionProtocol node = settledWithAnother();
        Incarnation me = node.status().incarnation();
        int atOnce = 0;
        for (int i = 0; i < 100; i++) {
            Keeping.Wish wish = withCopies(1, wish(number++));
            int slot = node.openAtOnce(wish, true);
            if (slot != Keeping.NOT_AT_ONCE) {
                atOnce++;
                Copy copy = requireNonNull(node.copy(carriage.at(slot).connection.id()));
                assertThat(copy.home).isEqualTo(me);
                assertThat(copy.gate).isEqualTo(me);
                assertThat(copy.state).isEqualTo(Copy.State.OPEN);
                assertThat(copy.noted().members()).containsExactly(me);
            }
            assertThat(node.openAtOnce(withCopies(2, wish(number++)), true))
                    .isEqualTo(Keeping.NOT_AT_ONCE);
        }
        assertThat(atOnce).as("of 100, a quarter").isBetween(10, 45);
    }

    @Test
    void aPortWhoseHomeIsAnotherIsProposedThereAndNotDrawnAgain() {
        int number = warm();
        ConnectionProtocol node = settledWithAnother();
        node.received(other(), node.status().membership().epoch(), List.of(new Frame.Heartbeat(1)));
        int proposed = 0;
        for (int i = 0; i < 100; i++) {
            Keeping.Wish wish = withCopies(1, wish(number++));
            int inHand = inHand();
            said.clear();
            boolean drawn =
                    node.openAtOnce(wish, true) == Keeping.NOT_AT_ONCE && inHand() == inHand - 1;
            assertThat(said).isEmpty();
            if (drawn) {
                node.open(wish, new Answer());
                assertThat(inHand()).as("drawn once").isEqualTo(inHand - 1);
                assertThat(said).hasOnlyElementsOfType(Frame.Propose.class).hasSize(1);
                proposed++;
            }
        }
        assertThat(proposed).as("of 100, a quarter").isBetween(10, 45);
    }

    private int inHand() {
        return alone.status().leases().inHand();
    }

    @Test
    void whereThePacketMayNotWaitNoPortIsDrawnThatMayHaveAnotherHome() {
        int number = warm();
        ConnectionProtocol node = settledWithAnother();
        int inHand = inHand();
        for (int i = 0; i < 50; i++) {
            assertThat(node.openAtOnce(withCopies(1, wish(number++)), false))
                    .isEqualTo(Keeping.NOT_AT_ONCE);
        }
        assertThat(inHand()).isEqualTo(inHand);
    }

    private void anotherJoins() {
        AllocatorResult.Joined unused = joined("other");
        alone.learn(
                ((Outcome.Done<Membership>) store.members(Duration.ofSeconds(1)).join()).value());
    }

    @Test
    void whatNeededNoCopyIsHandedOverOnceThereIsAnother() {
        int number = warm();
        for (int i = 0; i < 300; i++) {
            if (alone.openAtOnce(wish(number + i), true) == Keeping.NOT_AT_ONCE) {
                turn();
            }
        }
        int count = carriage.entries().size();
        assertThat(alone.status().copies()).isEqualTo(count);
        anotherJoins();
        turn();
        Set<ConnectionId> told = new HashSet<>();
        said.forEach(frame -> {
            if (frame instanceof Frame.HandOver over) {
                told.add(over.held().connection().id());
            }
        });
        assertThat(told.size()).isBetween(1, count - 1);
        assertThat(alone.status().copies()).isEqualTo(count);
        for (SimCarriage.Entry entry : carriage.entries()) {
            Copy copy = requireNonNull(alone.copy(entry.connection.id()));
            boolean here = copy.home.equals(alone.status().incarnation());
            assertThat(told.contains(copy.id())).isEqualTo(!here);
        }
    }

    @Test
    void leavesNoMoreBytesThanAConnectionIs() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int number = warm();
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 30; round++) {
            int opened = 0;
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200; i++) {
                opened += alone.openAtOnce(wish(number++), true) == Keeping.NOT_AT_ONCE ? 0 : 1;
            }
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            turn();
            if (opened == 200) {
                best = Math.min(best, bytes / opened);
            }
        }
        assertThat(best).isLessThan(BYTES_MAX);
    }
}
