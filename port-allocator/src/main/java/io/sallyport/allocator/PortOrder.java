package io.sallyport.allocator;

import java.util.Arrays;

/**
 * Draws free ports in unpredictable order: every choice, and every order of it, is as likely as any
 * other (promise A3). One thread at a time; one object draws for many commands.
 *
 * <p>It is the beginning of a Fisher-Yates shuffle of all free ports, of which only the cells that
 * were touched exist: a draw of k ports takes time of k, however many are free.
 */
final class PortOrder {

    /** Four times as many places as cells can be touched: a search ends at once nearly always. */
    private static final int PLACES = Integer.highestOneBit(4 * Limits.WANT_MAX);

    private final char[] cells = new char[PLACES];
    private final char[] values = new char[PLACES];

    /** The draw that a place was filled in: what earlier ones left there counts as empty. */
    private final int[] drawn = new int[PLACES];

    private int draw;
    private final char[] ports = new char[Limits.WANT_MAX];

    /**
     * @param want 1 to {@code holdings.free()} and at most {@link Limits#WANT_MAX}
     */
    Ports draw(Holdings holdings, int want, Chance chance) {
        int free = holdings.free();
        Invariant.check(
                want > 0 && want <= free && want <= Limits.WANT_MAX,
                "no more is drawn than there is");
        begin();
        for (int i = 0; i < want; i++) {
            int cell = i + chance.below(free - i);
            ports[i] = (char) holdings.freePort(want == 1 ? cell : swap(cell, i));
        }
        return Ports.copyOf(ports, want);
    }

    private void begin() {
        draw++;
        if (draw == 0) { // After four thousand million draws the places know this one's number.
            Arrays.fill(drawn, 0);
            draw = 1;
        }
    }

    /** Puts what is in cell i into the other cell, and returns what was there. */
    private int swap(int cell, int i) {
        int from = place(i);
        int moved = drawn[from] == draw ? values[from] : i;
        int to = place(cell);
        int found = drawn[to] == draw ? values[to] : cell;
        drawn[to] = draw;
        cells[to] = (char) cell;
        values[to] = (char) moved;
        return found;
    }

    /** Where the cell is, or where it may be put. */
    private int place(int cell) {
        int place = cell * 0x9e3779b1 >>> 16 & PLACES - 1;
        while (drawn[place] == draw && cells[place] != cell) {
            place = place + 1 & PLACES - 1;
        }
        return place;
    }
}
