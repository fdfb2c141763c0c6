package io.sallyport.store.calls;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A queue of queues: whoever has much waiting delays nobody who has little. Each key's items leave
 * in the order in which they came; the keys take turns. One thread at a time.
 */
public final class RoundRobin<K, V> {

    /** In the order of their turns; none is empty. */
    private final LinkedHashMap<K, Queue<V>> queues = new LinkedHashMap<>();

    private int size;

    public void add(K key, V item) {
        queues.computeIfAbsent(key, fresh -> new ArrayDeque<>()).add(item);
        size++;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * The item whose turn it is; it stays.
     *
     * @throws NoSuchElementException where nothing waits
     */
    public V first() {
        return queues.firstEntry().getValue().element();
    }

    /**
     * Takes the item whose turn it is.
     *
     * @throws NoSuchElementException where nothing waits
     */
    public V take() {
        if (size == 0) {
            throw new NoSuchElementException("nothing waits");
        }
        Map.Entry<K, Queue<V>> turn = queues.firstEntry();
        K key = turn.getKey();
        Queue<V> queue = turn.getValue();
        V item = queue.remove();
        if (queue.isEmpty()) {
            queues.remove(key);
        } else if (queues.size() > 1) {
            queues.putLast(key, queue);
        }
        size--;
        return item;
    }

    /** Takes out what fits, wherever it waits. */
    public void removeIf(Predicate<? super V> fits, Consumer<? super V> removed) {
        for (Iterator<Queue<V>> each = queues.values().iterator(); each.hasNext(); ) {
            Queue<V> queue = each.next();
            queue.removeIf(item -> {
                boolean leaves = fits.test(item);
                if (leaves) {
                    size--;
                    removed.accept(item);
                }
                return leaves;
            });
            if (queue.isEmpty()) {
                each.remove();
            }
        }
    }
}
