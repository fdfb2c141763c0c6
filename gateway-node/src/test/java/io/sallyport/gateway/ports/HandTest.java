package io.sallyport.gateway.ports;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandTest {

    private final Lease lease =
            new Lease(LedgerWorld.key(1), new Appetite(), new Holdings(new Incarnation(7)));

    @Test
    void givesEachPortOnceWithTheGrantItCameBy() {
        Random random = new Random(6);
        Hand hand = new Hand();
        Map<Integer, Long> expected = new HashMap<>();
        int next = 1024;
        for (int step = 0; step < 300; step++) {
            LeasedPort.Grant grant = new LeasedPort.Grant(lease, step, Epoch.NONE);
            int more = random.nextInt(20);
            for (int i = 0; i < more; i++) {
                hand.add(grant, next, more - i);
                expected.put(next++, grant.number());
            }
            for (int i = random.nextInt(20); i > 0 && hand.size() > 0; i--) {
                LeasedPort port =
                        requireNonNull(random.nextBoolean() ? hand.draw(random) : hand.takeAny());
                assertThat(expected.remove(port.port())).isEqualTo(port.grant());
                if (random.nextInt(4) == 0) {
                    hand.add(port.grant, port.port(), 1);
                    expected.put(port.port(), port.grant());
                }
            }
            assertThat(hand.size()).isEqualTo(expected.size());
            assertThat(hand.numbers().stream().boxed())
                    .containsExactlyInAnyOrderElementsOf(expected.keySet());
        }
        while (hand.size() > 0) {
            hand.takeAny();
        }
        assertThat(hand.draw(random)).isNull();
        assertThat(hand.takeAny()).isNull();
    }
}
