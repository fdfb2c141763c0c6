package io.sallyport.bench;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Every port that was acknowledged, and when: a port that comes twice is a duplicate, a port that
 * the stores do not have in the end is lost. Any thread.
 */
final class Acknowledged {

    private final BitSet[] ports;
    private final List<String> duplicates = new ArrayList<>();
    private long count;
    private long lastNanos = System.nanoTime();
    private long longestNanos;

    Acknowledged(int destinations) {
        ports = new BitSet[destinations];
        for (int i = 0; i < destinations; i++) {
            ports[i] = new BitSet();
        }
    }

    int destinations() {
        return ports.length;
    }

    synchronized void granted(int destination, int port) {
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - lastNanos);
        lastNanos = now;
        count++;
        if (ports[destination].get(port)) {
            duplicates.add(destination + ":" + port);
        }
        ports[destination].set(port);
    }

    synchronized long count() {
        return count;
    }

    /** The longest time without an acknowledgement since this was asked last, in nanoseconds. */
    synchronized long takeLongestNanos() {
        long longest = Math.max(longestNanos, System.nanoTime() - lastNanos);
        longestNanos = 0;
        return longest;
    }

    synchronized List<String> duplicates() {
        return List.copyOf(duplicates);
    }

    /** How many acknowledged ports of a destination are not among these. */
    synchronized int missing(int destination, BitSet held) {
        BitSet lost = (BitSet) ports[destination].clone();
        lost.andNot(held);
        return lost.cardinality();
    }
}
