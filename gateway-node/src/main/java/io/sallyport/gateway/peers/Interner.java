package io.sallyport.gateway.peers;

import org.jspecify.annotations.Nullable;

/**
 * One object for many that are equal, so that what connections have in common lies once. It
 * remembers some tens of thousands; whoever is equal to one it has forgotten is merely another
 * object. Worker thread.
 */
final class Interner<T> {

    private static final int SMALLEST = 1 << 6;
    private static final int LARGEST = 1 << 16;
    private static final int ODD = 0x9e37_79b9;

    private @Nullable Object[] known = new Object[SMALLEST];
    private int fresh;

    /** An equal one that came before, or {@code value} itself. */
    @SuppressWarnings("unchecked") // what is equal to a T and was put here is a T
    T of(T value) {
        int place = place(value);
        int beside = place ^ 1;
        Object newer = known[place];
        if (newer != null && newer.equals(value)) {
            return (T) newer;
        }
        Object older = known[beside];
        if (older != null && older.equals(value)) {
            return (T) older;
        }
        if (fresh++ >= known.length && known.length < LARGEST) {
            grow();
            put(value);
        } else {
            known[beside] = newer;
            known[place] = value;
        }
        return value;
    }

    private void grow() {
        @Nullable Object[] old = known;
        known = new Object[4 * old.length];
        fresh = 0;
        for (Object value : old) {
            if (value != null) {
                put(value);
            }
        }
    }

    private void put(Object value) {
        int place = place(value);
        known[known[place] == null ? place : place ^ 1] = value;
    }

    private int place(Object value) {
        int bits = Integer.numberOfTrailingZeros(known.length);
        return value.hashCode() * ODD >>> Integer.SIZE - bits;
    }
}
