package io.sallyport.gateway.peers;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen, by time; of one time, in the order in which it was said. A binary heap over
 * plain arrays: most of what a simulation does is to put something here and to take it out.
 */
final class SimEvents {

    private long[] times = new long[1024];
    private long[] orders = new long[1024];
    private @Nullable Runnable[] tasks = new Runnable[1024];
    private int size;
    private long order;

    void add(long at, Runnable task) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            tasks = Arrays.copyOf(tasks, 2 * size);
        }
        long mine = order++;
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (times[parent] < at || (times[parent] == at && orders[parent] < mine)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, at, mine, task);
    }

    /** When the next one is due; {@link Long#MAX_VALUE} where there is none. */
    long next() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    Runnable take() {
        Runnable first = tasks[0];
        if (first == null) {
            throw new IllegalStateException("nothing is to happen");
        }
        size--;
        long at = times[size];
        long mine = orders[size];
        Runnable last = tasks[size];
        tasks[size] = null;
        if (size > 0) {
            int hole = 0;
            while (true) {
                int child = 2 * hole + 1;
                if (child >= size) {
                    break;
                }
                if (child + 1 < size && before(child + 1, child)) {
                    child++;
                }
                if (at < times[child] || (at == times[child] && mine < orders[child])) {
                    break;
                }
                move(child, hole);
                hole = child;
            }
            put(hole, at, mine, last);
        }
        return first;
    }

    private boolean before(int one, int other) {
        return times[one] < times[other]
                || (times[one] == times[other] && orders[one] < orders[other]);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        tasks[to] = tasks[from];
    }

    private void put(int place, long at, long mine, @Nullable Runnable task) {
        times[place] = at;
        orders[place] = mine;
        tasks[place] = task;
    }
}
