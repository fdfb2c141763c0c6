package io.sallyport.allocator;

import java.util.HashMap;
import java.util.Map;

/**
 * Draws free ports in unpredictable order: every choice, and every order of it, is as likely as any
 * other (promise A3).
 *
 * <p>It is the beginning of a Fisher-Yates shuffle of all free ports, of which only the cells that
 * were touched exist: a draw of k ports takes time and memory of k, however many are free.
 */
final class PortOrder {

    private PortOrder() {}

    /**
     * @param want 1 to {@code holdings.free()}
     */
    static Ports draw(Holdings holdings, int want, Chance chance) {
        int free = holdings.free();
        Invariant.check(want > 0 && want <= free, "no more is drawn than there is");
        Map<Integer, Integer> moved = HashMap.newHashMap(want);
        char[] ports = new char[want];
        for (int i = 0; i < want; i++) {
            int cell = i + chance.below(free - i);
            int rank = moved.getOrDefault(cell, cell);
            moved.put(cell, moved.getOrDefault(i, i));
            ports[i] = (char) holdings.freePort(rank);
        }
        return Ports.copyOf(ports, want);
    }
}
