package io.sallyport.bench;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What could not be measured, and why: the benchmark goes on with the rest, and ends with 1. */
final class Failures {

    /**
     * @param line what was to be measured
     * @param contender of whom
     * @param reason as it is shown
     */
    record Failure(String line, String contender, String reason) {}

    private final List<Failure> all = new ArrayList<>();
    private final Set<String> out = new HashSet<>();
    private String line = "";

    /** From now on another line is measured; all contenders take part again. */
    void begin(String title) {
        line = title;
        out.clear();
    }

    /**
     * Runs a contender's task, unless one of the same line has failed.
     *
     * @return whether it ran to its end
     */
    boolean attempt(String contender, Runnable task) {
        if (out.contains(contender)) {
            return false;
        }
        try {
            task.run();
            return true;
        } catch (BenchFailure | UncheckedIOException | IllegalStateException e) {
            out.add(contender);
            // Where this tree lies is nobody's business who reads the figures.
            String reason =
                    (e instanceof BenchFailure ? String.valueOf(e.getMessage()) : e.toString())
                            .replace(Main.home().toString(), ".");
            all.add(new Failure(line, contender, reason));
            System.err.printf("failed: %s, %s: %s%n", line, contender, reason);
            return false;
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** In the order in which they happened. */
    List<Failure> all() {
        return List.copyOf(all);
    }
}
