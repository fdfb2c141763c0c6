package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Epoch;
import org.junit.jupiter.api.Test;

class InternerTest {

    private final Interner<Epoch> interner = new Interner<>();

    @Test
    void equalOnesAreOneObject() {
        Epoch first = interner.of(new Epoch(1, 2));
        assertThat(interner.of(new Epoch(1, 2))).isSameAs(first);
        assertThat(interner.of(new Epoch(1, 3))).isNotEqualTo(first);
    }

    @Test
    void remembersMostOfAFewThousand() {
        int same = 0;
        Epoch[] first = new Epoch[4_000];
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < first.length; i++) {
                Epoch now = interner.of(new Epoch(1, i));
                same += now == first[i] ? 1 : 0;
                first[i] = now;
            }
        }
        assertThat(same).isGreaterThan(first.length);
    }

    @Test
    void whatItHasForgottenIsEqualAllTheSame() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 300_000; i++) {
                Epoch one = new Epoch(i, 7);
                assertThat(interner.of(one).equals(one)).isTrue();
            }
        }
    }
}
