package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.ids.Incarnation;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The short way of a node that is alone: one step, one answer, a bounded number of bytes. */
class OpenAtOnceTest extends LoneNode {

    /**
     * The test's own map of what is open makes half of it; all but 50 is gone with a collection.
     */
    private static final long BYTES_MAX = 1_200;

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
