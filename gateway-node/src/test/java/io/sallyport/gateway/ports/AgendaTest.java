package io.sallyport.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgendaTest {

    private static final long SEED = 11;

    private final Agenda agenda = new Agenda();

    private static Lease lease(int number) {
        return new Lease(LedgerWorld.key(number), new Appetite(), new Holdings(new Incarnation(7)));
    }

    @Test
    void aLeaseIsLookedAtOnceAtTheSoonestTime() {
        Lease one = lease(1);
        agenda.at(one, 100);
        agenda.at(one, 50);
        agenda.at(one, 70);
        assertThat(agenda.next(49)).isNull();
        assertThat(agenda.next(50)).isSameAs(one);
        assertThat(agenda.next(1_000)).isNull();
        agenda.at(one, 2_000);
        assertThat(agenda.next(2_000)).isSameAs(one);
    }

    @Test
    void whatIsGoneIsNotKept() {
        for (int i = 0; i < 1_000; i++) {
            Lease lease = lease(i);
            agenda.at(lease, 1_000_000 + i);
            agenda.at(lease, i);
            agenda.never(lease);
        }
        assertThat(agenda.size()).isZero();
    }

    /** Against a map that is searched. */
    @Test
    void itComesInOrderWhateverIsMovedOrTakenOut() {
        Random random = new Random(SEED);
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            leases.add(lease(i));
        }
        Map<Lease, Long> due = new HashMap<>();
        long now = 0;
        for (int step = 0; step < 100_000; step++) {
            Lease lease = leases.get(random.nextInt(leases.size()));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    long at = now + random.nextInt(1_000);
                    agenda.at(lease, at);
                    due.merge(lease, at, Math::min);
                }
                case 2 -> {
                    agenda.never(lease);
                    due.remove(lease);
                }
                default -> {
                    now += random.nextInt(50);
                    Lease next = agenda.next(now);
                    long soonest =
                            due.values().stream().mapToLong(at -> at).min().orElse(Long.MAX_VALUE);
                    if (next == null) {
                        assertThat(soonest).as("seed %d", SEED).isGreaterThan(now);
                    } else {
                        assertThat(due.remove(next)).isEqualTo(soonest).isLessThanOrEqualTo(now);
                    }
                }
            }
            assertThat(agenda.size()).isEqualTo(due.size());
        }
    }
}
