package io.sallyport.gateway.peers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a run did, by kind. An operation is what a client asks or what the store applies. */
final class SimTally {

    long seeds;
    long opens;
    long opened;

    /** Of those opened: without a question to anybody. */
    long atOnce;

    /** Opens that could not go on and looked for what may be there; and those that found it. */
    long sought;

    long found;

    /** Copies that nobody needed. */
    long letGo;

    long packets;
    long ends;
    long forwarded;
    long frames;
    long simulatedNanos;

    /** Follows from all that happened and when: a seed that is run again has the same. */
    long digest;

    final Map<String, Long> commands = new TreeMap<>();
    final Map<String, Long> faults = new TreeMap<>();
    final Map<String, Long> refusals = new TreeMap<>();

    static void count(Map<String, Long> counts, String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void happened(long what, long nowNanos) {
        digest = (digest ^ what) * 0x9e3779b97f4a7c15L + nowNanos;
    }

    long allCommands() {
        return commands.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Opens, packets and ends at a node, and commands applied by the store. */
    long operations() {
        return opens + packets + ends + allCommands();
    }

    void add(SimTally other) {
        other.figures().forEach(this::add);
    }

    /** All figures by name; what is in a group is named group.kind. */
    Map<String, Long> figures() {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("seeds", seeds);
        figures.put("opens", opens);
        figures.put("opened", opened);
        figures.put("atOnce", atOnce);
        figures.put("sought", sought);
        figures.put("found", found);
        figures.put("letGo", letGo);
        figures.put("packets", packets);
        figures.put("ends", ends);
        figures.put("forwarded", forwarded);
        figures.put("frames", frames);
        figures.put("nanos", simulatedNanos);
        commands.forEach((kind, count) -> figures.put("command." + kind, count));
        faults.forEach((kind, count) -> figures.put("fault." + kind, count));
        refusals.forEach((kind, count) -> figures.put("refusal." + kind, count));
        return figures;
    }

    /** Adds one figure of {@link #figures}. */
    void add(String name, long more) {
        switch (name) {
            case "seeds" -> seeds += more;
            case "opens" -> opens += more;
            case "opened" -> opened += more;
            case "atOnce" -> atOnce += more;
            case "sought" -> sought += more;
            case "found" -> found += more;
            case "letGo" -> letGo += more;
            case "packets" -> packets += more;
            case "ends" -> ends += more;
            case "forwarded" -> forwarded += more;
            case "frames" -> frames += more;
            case "nanos" -> simulatedNanos += more;
            default -> {
                int dot = name.indexOf('.');
                Map<String, Long> group =
                        switch (name.substring(0, dot)) {
                            case "command" -> commands;
                            case "fault" -> faults;
                            case "refusal" -> refusals;
                            default -> throw new IllegalArgumentException("no figure " + name);
                        };
                group.merge(name.substring(dot + 1), more, Long::sum);
            }
        }
    }

    /** The kinds of a group, most first. */
    static String most(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(e -> "%s %,d".formatted(e.getKey(), e.getValue()))
                .collect(Collectors.joining(" · "));
    }
}
