package io.sallyport.store.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

    private final RoundRobin<String, Integer> queue = new RoundRobin<>();

    private List<Integer> takeAll() {
        List<Integer> taken = new ArrayList<>();
        while (!queue.isEmpty()) {
            int first = queue.first();
            taken.add(queue.take());
            assertThat(taken.getLast()).isEqualTo(first);
        }
        return taken;
    }

    @Test
    void keysTakeTurnsAndEachKeysItemsKeepTheirOrder() {
        for (int i = 1; i <= 4; i++) {
            queue.add("much", i);
        }
        queue.add("little", 10);
        queue.add("some", 20);
        queue.add("some", 21);
        assertThat(queue.size()).isEqualTo(7);
        assertThat(takeAll()).containsExactly(1, 10, 20, 2, 21, 3, 4);
        assertThat(queue.size()).isZero();
    }

    @Test
    void whatFitsIsTakenOut() {
        for (int i = 0; i < 10; i++) {
            queue.add(i % 2 == 0 ? "even" : "odd", i);
        }
        List<Integer> out = new ArrayList<>();
        queue.removeIf(i -> i % 2 == 0 || i > 6, out::add);
        assertThat(out).containsExactlyInAnyOrder(0, 2, 4, 6, 8, 7, 9);
        assertThat(queue.size()).isEqualTo(3);
        assertThat(takeAll()).containsExactly(1, 3, 5);
    }

    @Test
    void anEmptyOneHasNothing() {
        assertThatThrownBy(queue::take).isInstanceOf(NoSuchElementException.class);
    }
}
