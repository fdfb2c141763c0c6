package io.sallyport.gateway.connections;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What many connections have in common, once, as small numbers in the table's memory; counted by
 * the connections that use it, and another's once none does. Cold: at install and release.
 */
final class SharedIndex<T> {

    /** How an entry lies in memory. */
    interface Form<T> {

        int bytes();

        void write(MemorySegment memory, long at, T value);

        T read(MemorySegment memory, long at);
    }

    private final MemorySegment memory;
    private final Form<T> form;
    private final int most;
    private final Map<T, Integer> numbers = new HashMap<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int[] uses = new int[16];
    private @Nullable Object[] values = new Object[16];
    private int next;

    /** Empty, whatever the memory holds: an entry counts from when it is taken. */
    SharedIndex(MemorySegment memory, Form<T> form, int most) {
        this.memory = memory;
        this.form = form;
        this.most = most;
    }

    /**
     * @return -1 where as many others are in use as there is room for
     */
    int take(T value) {
        Integer known = numbers.get(value);
        if (known == null) {
            if (free.isEmpty() && next == most) {
                return -1;
            }
            known = free.isEmpty() ? Integer.valueOf(next++) : free.pop();
            numbers.put(value, known);
            form.write(memory, at(known), value);
        }
        if (use(known) == 1) {
            values[known] = value;
        }
        return known;
    }

    /** A connection of a former life uses it. */
    void adopt(int number) {
        while (next <= number) {
            free.push(next++);
        }
        if (use(number) == 1) {
            T value = form.read(memory, at(number));
            free.remove(number);
            numbers.put(value, number);
            values[number] = value;
        }
    }

    private int use(int number) {
        if (number >= uses.length) {
            uses = Arrays.copyOf(uses, Math.max(number + 1, 2 * uses.length));
            values = Arrays.copyOf(values, uses.length);
        }
        return ++uses[number];
    }

    void release(int number) {
        if (--uses[number] == 0) {
            numbers.remove(read(number));
            values[number] = null;
            free.push(number);
        }
    }

    /** One that is in use. */
    @SuppressWarnings("unchecked") // only values are put there
    T read(int number) {
        return (T) requireNonNull(values[number]);
    }

    private long at(int number) {
        return (long) number * form.bytes();
    }
}
