package io.sallyport.store.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LaneTest {

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final Queue<Runnable> workers = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private final Lane lane = new Lane(loop::add, workers::add);

    private static void runAll(Queue<Runnable> queue) {
        while (!queue.isEmpty()) {
            queue.remove().run();
        }
    }

    @Test
    void whatComesLaterWaitsForWhatCameBefore() {
        assertThat(lane.free()).isTrue();
        lane.later(() -> ran.add("first"));
        lane.later(() -> ran.add("second"));
        assertThat(lane.free()).isFalse();
        assertThat(workers).hasSize(1);
        runAll(workers);
        assertThat(ran).containsExactly("first");
        runAll(loop);
        assertThat(lane.free()).isFalse();
        runAll(workers);
        runAll(loop);
        assertThat(ran).containsExactly("first", "second");
        assertThat(lane.free()).isTrue();
    }

    @Test
    void aPieceThatFailsHoldsNobodyUp() {
        lane.later(() -> {
            throw new IllegalStateException("seeded");
        });
        lane.later(() -> ran.add("next"));
        try {
            runAll(workers);
        } catch (IllegalStateException seeded) {
            assertThat(seeded).hasMessage("seeded");
        }
        runAll(loop);
        runAll(workers);
        assertThat(ran).containsExactly("next");
    }
}
