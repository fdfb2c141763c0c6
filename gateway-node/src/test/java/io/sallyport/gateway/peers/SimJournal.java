package io.sallyport.gateway.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which seeds were run and what came of them: a line each, so that a long simulation can be stopped
 * and gone on with. From any thread.
 *
 * <pre>
 * half TAB size TAB seed TAB ok, or what did not hold TAB figure=count TAB ...
 * </pre>
 */
final class SimJournal {

    private final @Nullable Path file;
    private final Set<String> done = new HashSet<>();
    private final Map<String, SimTally> tallies = new TreeMap<>();
    private final Map<String, String> violations = new TreeMap<>();

    /**
     * @param file is made where it is not; null keeps nothing
     */
    SimJournal(@Nullable Path file) throws IOException {
        this.file = file;
        if (file != null && Files.exists(file)) {
            Files.readAllLines(file).forEach(this::read);
        }
    }

    private void read(String line) {
        List<String> words = List.of(line.split("\t"));
        SimTally tally = new SimTally();
        for (String figure : words.subList(4, words.size())) {
            int at = figure.indexOf('=');
            tally.add(figure.substring(0, at), Long.parseLong(figure.substring(at + 1)));
        }
        String violation = words.get(3).equals("ok") ? null : words.get(3);
        count(words.get(0), words.get(1), Long.parseLong(words.get(2)), violation, tally);
    }

    private void count(
            String half, String size, long seed, @Nullable String violation, SimTally tally) {
        done.add(name(half, size, seed));
        tallies.computeIfAbsent(half, h -> new SimTally()).add(tally);
        if (violation != null) {
            violations.put(name(half, size, seed), violation);
        }
    }

    private static String name(String half, String size, long seed) {
        return half + " " + size + " " + seed;
    }

    synchronized boolean has(String half, String size, long seed) {
        return done.contains(name(half, size, seed));
    }

    synchronized void add(String half, String size, SimRun run) {
        long seed = run.scenario().seed();
        count(half, size, seed, run.violation(), run.tally());
        if (file != null) {
            StringJoiner line = new StringJoiner("\t", "", "\n");
            String violation = run.violation();
            line.add(half).add(size).add(Long.toString(seed));
            line.add(violation == null ? "ok" : violation.replaceAll("\\s+", " "));
            run.tally().figures().forEach((name, count) -> line.add(name + "=" + count));
            try {
                Files.writeString(
                        file,
                        line.toString(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    synchronized long operations() {
        return tallies.values().stream().mapToLong(SimTally::operations).sum();
    }

    synchronized SimTally tally(String half) {
        return tallies.getOrDefault(half, new SimTally());
    }

    synchronized Map<String, String> violations() {
        return Map.copyOf(violations);
    }
}
