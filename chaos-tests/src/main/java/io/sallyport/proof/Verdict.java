package io.sallyport.proof;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What TLC found.
 *
 * @param generated states met
 * @param distinct states met for the first time
 * @param depth of the graph that was walked, or of the counterexample
 */
record Verdict(Finding finding, long generated, long distinct, int depth, Duration took) {

    sealed interface Finding {}

    /** The whole graph was walked, and no state violates an invariant. */
    record Nothing() implements Finding {}

    /** A shortest way into a violation, as TLC tells it. */
    record Violation(String invariant, String trace) implements Finding {}

    /** Neither, within the time that it had. */
    record Unfinished() implements Finding {}

    /** It could not be checked at all: an error in the model, or no memory. */
    record Broken(String message) implements Finding {}

    private static final Pattern INVARIANT = Pattern.compile("Invariant (\\w+) is violated");
    private static final Pattern STATES =
            Pattern.compile("([\\d,]+) states generated.*?, ([\\d,]+) distinct states found");
    private static final Pattern STEP = Pattern.compile("^State (\\d+): ", Pattern.MULTILINE);
    private static final Pattern DEPTH =
            Pattern.compile("depth of the complete state graph search is (\\d+)");
    private static final Pattern PROGRESS = Pattern.compile("Progress\\((\\d+)\\)");

    static Verdict of(String output, boolean finished, Duration took) {
        Finding finding = finding(output, finished);
        long generated = 0;
        long distinct = 0;
        for (Matcher states = STATES.matcher(output); states.find(); ) {
            generated = number(states.group(1));
            distinct = number(states.group(2));
        }
        Pattern depth =
                switch (finding) {
                    case Violation v -> STEP;
                    case Nothing n -> DEPTH;
                    case Unfinished u -> PROGRESS;
                    case Broken b -> DEPTH;
                };
        return new Verdict(finding, generated, distinct, last(depth, output), took);
    }

    private static Finding finding(String output, boolean finished) {
        Matcher invariant = INVARIANT.matcher(output);
        if (invariant.find()) {
            return new Violation(invariant.group(1), output.substring(invariant.start()));
        }
        if (output.contains("Model checking completed. No error has been found.")) {
            return new Nothing();
        }
        return finished ? new Broken(output) : new Unfinished();
    }

    private static long number(String digits) {
        return Long.parseLong(digits.replace(",", ""));
    }

    private static int last(Pattern pattern, String output) {
        int last = 0;
        for (Matcher found = pattern.matcher(output); found.find(); ) {
            last = Integer.parseInt(found.group(1));
        }
        return last;
    }

    /** Whether this is what the claim says. */
    boolean bearsOut(Claim claim) {
        return switch (finding) {
            case Nothing n -> !claim.expectsViolation();
            case Violation v -> claim.expectsViolation();
            case Unfinished u -> false;
            case Broken b -> false;
        };
    }
}
