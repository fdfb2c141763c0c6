package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Those who hold ports, as small numbers, and how much each holds. A number is given to another
 * when no row names it any more. One thread at a time.
 */
final class HolderBook {

    /** Numbers have 16 bits. More lives than that never hold ports at once. */
    static final int HOLDERS_MAX = 1 << 16;

    static final int UNKNOWN = -1;

    private static final class Page {
        final int number;
        Incarnation incarnation;
        long ports;

        /** How many rows name it, copies made for a checkpoint included. */
        int rows;

        /** In how many rows of each segment of the table it has ports. */
        final int[] rowsIn = new int[RowKey.SEGMENTS];

        Page(int number, Incarnation incarnation) {
            this.number = number;
            this.incarnation = incarnation;
        }
    }

    private final Map<Incarnation, Page> pages = new HashMap<>();

    /** By their numbers, those of nobody too: they serve the next who come. */
    private final List<Page> numbered = new ArrayList<>();

    private final List<Page> released = new ArrayList<>();

    int find(Incarnation holder) {
        Page page = pages.get(holder);
        return page == null ? UNKNOWN : page.number;
    }

    /** The holder's number, a new one where it has none. It must be named by a row then. */
    int numberOf(Incarnation holder) {
        Page known = pages.get(holder);
        return known != null ? known.number : open(holder);
    }

    private int open(Incarnation holder) {
        Page page;
        if (released.isEmpty()) {
            Invariant.check(numbered.size() < HOLDERS_MAX, "fewer than 65,536 lives hold ports");
            page = new Page(numbered.size(), holder);
            numbered.add(page);
        } else {
            page = released.removeLast();
            page.incarnation = holder;
        }
        pages.put(holder, page);
        return page.number;
    }

    private Page page(int number) {
        return numbered.get(number);
    }

    Incarnation incarnation(int number) {
        return page(number).incarnation;
    }

    void named(int number) {
        page(number).rows++;
    }

    void unnamed(int number) {
        Page page = page(number);
        page.rows--;
        if (page.rows == 0) {
            Invariant.check(page.ports == 0, "who holds ports is named by a row");
            pages.remove(page.incarnation);
            released.add(page);
        }
    }

    void moveRows(int number, int segment, int change) {
        page(number).rowsIn[segment] += change;
    }

    void movePorts(int number, int change) {
        page(number).ports += change;
    }

    boolean hasRowsIn(int number, int segment) {
        return page(number).rowsIn[segment] > 0;
    }

    long portsOf(Incarnation holder) {
        Page page = pages.get(holder);
        return page == null ? 0 : page.ports;
    }
}
