package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Incarnation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldersTest {

    private static final Incarnation A = new Incarnation(1);
    private static final Incarnation B = new Incarnation(2);
    private static final Incarnation C = new Incarnation(3);

    private final Holders nobody = Holders.nobody();

    @Test
    void theSameNodesAreOneObjectHoweverManyCopiesTheyHave() {
        assertThat(nobody.with(A).with(B)).isSameAs(nobody.with(List.of(A, B)));
        Holders both = nobody.with(A).with(B);
        assertThat(nobody.with(both)).isSameAs(both);
        assertThat(nobody.with(C).with(both).members()).containsExactly(C, A, B);
        assertThat(Holders.nobody().with(both).members()).containsExactly(A, B);
        assertThat(nobody.with(A).with(B).with(A)).isSameAs(nobody.with(A).with(B));
        assertThat(nobody.with(A).with(B).with(C).without(B)).isSameAs(nobody.with(A).with(C));
        assertThat(nobody.with(A).without(A)).isSameAs(nobody);
        assertThat(nobody.with(B).none()).isSameAs(nobody);
        assertThat(nobody.with(A).members()).containsExactly(A);
    }

    @Test
    void behavesAsASetThatKeepsItsOrder() {
        Random random = new Random(4);
        Holders holders = nobody;
        Set<Incarnation> expected = new LinkedHashSet<>();
        for (int step = 0; step < 2_000; step++) {
            Incarnation member = new Incarnation(random.nextInt(5));
            if (random.nextBoolean()) {
                holders = holders.with(member);
                expected.add(member);
            } else {
                holders = holders.without(member);
                expected.remove(member);
            }
            assertThat(holders).containsExactlyElementsOf(expected);
            assertThat(holders.isEmpty()).isEqualTo(expected.isEmpty());
        }
    }
}
