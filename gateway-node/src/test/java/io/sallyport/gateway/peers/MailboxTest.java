package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private long now;
    private int wakeups;
    private final List<Integer> read = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox(() -> wakeups++, () -> now);

    /** Each takes so long to read. */
    private void put(int from, int count, long nanos) {
        IntStream.range(from, from + count)
                .forEach(n ->
                        mailbox.execute(() -> {
                            read.add(n);
                            now += nanos;
                        }));
    }

    @Test
    void allIsReadInItsOrderAndTheWorkerIsWokenForEach() {
        put(0, 5_000, 1);
        assertThat(mailbox.read()).isEqualTo(5_000);
        assertThat(read).isEqualTo(IntStream.range(0, 5_000).boxed().toList());
        assertThat(wakeups).isEqualTo(5_000);
        assertThat(mailbox.read()).isZero();
    }

    @Test
    void aTurnEndsWithItsTimeAndTheNextOneGoesOn() {
        put(0, 100, Mailbox.TURN_NANOS / 4);
        assertThat(mailbox.read()).isEqualTo(4);
        assertThat(mailbox.read()).isEqualTo(4);
        assertThat(read).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void oneThatTakesLongerThanATurnIsReadAllTheSame() {
        put(0, 2, 10 * Mailbox.TURN_NANOS);
        assertThat(mailbox.read()).isEqualTo(1);
        assertThat(mailbox.read()).isEqualTo(1);
    }

    @Test
    void aLapEndsWhenAllIsReadThatHadComeWhenItBegan() {
        assertThat(mailbox.lapped()).isTrue();
        put(0, 3_000, Mailbox.TURN_NANOS / 1_000);
        assertThat(mailbox.read()).isEqualTo(1_000);
        // Nothing had come when the first lap began.
        assertThat(mailbox.lapped()).isTrue();
        assertThat(mailbox.read()).isEqualTo(1_000);
        assertThat(mailbox.lapped()).isFalse();
        // What comes in a lap does not make it longer.
        put(3_000, 1_000, Mailbox.TURN_NANOS / 1_000);
        assertThat(mailbox.read()).isEqualTo(1_000);
        assertThat(mailbox.lapped()).isTrue();
        assertThat(mailbox.lapped()).isFalse();
        assertThat(mailbox.read()).isEqualTo(1_000);
        assertThat(mailbox.lapped()).isTrue();
        assertThat(mailbox.lapped()).isTrue();
    }
}
