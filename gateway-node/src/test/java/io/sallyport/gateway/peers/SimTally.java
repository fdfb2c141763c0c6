package io.sallyport.gateway.peers;

import java.util.Map;
import java.util.TreeMap;

/** What a run did, by kind. An operation is what a client asks or what the store applies. */
final class SimTally {

    long seeds;
    long opens;
    long openAnswers;
    long packets;
    long ends;
    long frames;
    long simulatedNanos;
    final Map<String, Long> commands = new TreeMap<>();
    final Map<String, Long> faults = new TreeMap<>();
    final Map<String, Long> refusals = new TreeMap<>();

    static void count(Map<String, Long> counts, String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void add(SimTally other) {
        seeds += other.seeds;
        opens += other.opens;
        openAnswers += other.openAnswers;
        packets += other.packets;
        ends += other.ends;
        frames += other.frames;
        simulatedNanos += other.simulatedNanos;
        other.commands.forEach((k, v) -> commands.merge(k, v, Long::sum));
        other.faults.forEach((k, v) -> faults.merge(k, v, Long::sum));
        other.refusals.forEach((k, v) -> refusals.merge(k, v, Long::sum));
    }

    long allCommands() {
        return commands.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Opens, packets and ends at a node, and commands applied by the store. */
    long operations() {
        return opens + packets + ends + allCommands();
    }
}
