package io.sallyport.gateway.peers;

import org.jspecify.annotations.Nullable;

/**
 * Copies by a hash of one of their keys, several of one key beside each other: open addressing with
 * the hashes in an array of their own, so that a copy costs an index eight bytes or so and no
 * object, and only what is looked for is looked at. Worker thread.
 */
final class CopyIndex {

    static final int NONE = -1;

    private static final int SMALLEST = 64;

    /** Marks a place as taken. */
    private static final int TAKEN = 1;

    private int[] hashes = new int[SMALLEST];
    private @Nullable Copy[] copies = new Copy[SMALLEST];
    private int size;

    /** Where the first copy with that hash is, perhaps of another key; {@link #NONE}. */
    int first(long hash) {
        int word = word(hash);
        return from(word, wanted(word));
    }

    /** The next one after {@code place}; nothing may have been added or removed meanwhile. */
    int next(long hash, int place) {
        return from(word(hash), after(place));
    }

    private int from(int word, int start) {
        for (int place = start; hashes[place] != 0; place = after(place)) {
            if (hashes[place] == word) {
                return place;
            }
        }
        return NONE;
    }

    Copy at(int place) {
        Copy copy = copies[place];
        if (copy == null) {
            throw new IllegalStateException("nothing is there");
        }
        return copy;
    }

    void add(long hash, Copy copy) {
        if (4 * (size + 1) > 3 * hashes.length) {
            resize(hashes.length + (hashes.length >> 1));
        }
        put(word(hash), copy);
        size++;
    }

    private void put(int word, Copy copy) {
        int place = wanted(word);
        while (hashes[place] != 0) {
            place = after(place);
        }
        hashes[place] = word;
        copies[place] = copy;
    }

    private void resize(int length) {
        int[] oldHashes = hashes;
        @Nullable Copy[] oldCopies = copies;
        hashes = new int[length];
        copies = new Copy[length];
        for (int i = 0; i < oldHashes.length; i++) {
            Copy copy = oldCopies[i];
            if (copy != null) {
                put(oldHashes[i], copy);
            }
        }
    }

    /** Whether it was there. */
    boolean remove(long hash, Copy copy) {
        for (int place = first(hash); place != NONE; place = next(hash, place)) {
            if (copies[place] == copy) {
                close(place);
                size--;
                if (hashes.length > SMALLEST && 8 * size < hashes.length) {
                    resize(Math.max(SMALLEST, 3 * size));
                }
                return true;
            }
        }
        return false;
    }

    /** Moves back whatever stands beyond the gap only because the gap was taken. */
    private void close(int freed) {
        int gap = freed;
        for (int place = after(gap); hashes[place] != 0; place = after(place)) {
            if (distance(wanted(hashes[place]), place) >= distance(gap, place)) {
                hashes[gap] = hashes[place];
                copies[gap] = copies[place];
                gap = place;
            }
        }
        hashes[gap] = 0;
        copies[gap] = null;
    }

    private int after(int place) {
        return place + 1 == hashes.length ? 0 : place + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + hashes.length;
    }

    /** The array grows by halves, so the word is a fraction of it. */
    private int wanted(int word) {
        return (int) (Integer.toUnsignedLong(word) * hashes.length >>> Integer.SIZE);
    }

    private static int word(long hash) {
        return (int) (hash >>> 32) ^ (int) hash | TAKEN;
    }
}
