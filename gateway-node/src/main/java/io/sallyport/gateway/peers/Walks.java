package io.sallyport.gateway.peers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Long passes over all copies, one after the other, a piece a turn, so that packets do not wait for
 * them. Worker thread.
 */
final class Walks {

    private static final int PIECE = 1024;

    private record Walk(CopyWalk rest, Consumer<Copy> step, Runnable done) {}

    private final Copies copies;
    private final Deque<Walk> walks = new ArrayDeque<>();

    Walks(Copies copies) {
        this.copies = copies;
    }

    /**
     * @param step is given each copy that is here now and is still here at its turn, perhaps one
     *     that came later
     * @param done runs after the last one
     */
    void begin(Consumer<Copy> step, Runnable done) {
        walks.add(new Walk(copies.walk(), step, done));
    }

    /** Runs it after the walks that were begun before. */
    void then(Runnable task) {
        walks.add(new Walk(CopyWalk.over(), copy -> {}, task));
    }

    /** What was begun in an older epoch is void. */
    void learned() {
        walks.forEach(walk -> walk.rest().stop());
        walks.clear();
    }

    int turn() {
        Walk walk = walks.peek();
        if (walk == null) {
            return 0;
        }
        int done = 0;
        while (walk.rest().hasNext() && done < PIECE) {
            Copy copy = walk.rest().next();
            done++;
            if (copies.has(copy)) {
                walk.step().accept(copy);
            }
        }
        if (!walk.rest().hasNext()) {
            walks.remove();
            walk.done().run();
            done++;
        }
        return done;
    }
}
