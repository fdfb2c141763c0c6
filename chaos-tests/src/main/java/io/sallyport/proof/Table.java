package io.sallyport.proof;

import io.sallyport.proof.Verdict.Broken;
import io.sallyport.proof.Verdict.Nothing;
import io.sallyport.proof.Verdict.Unfinished;
import io.sallyport.proof.Verdict.Violation;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Claims and verdicts as rows of Markdown tables. */
final class Table {

    static final String CHECKS =
            """
            | model | bounds | states | distinct | depth | seconds | result |
            |---|---|---|---|---|---|---|\
            """;

    static final String RULES =
            """
            | model | rule taken away | violated | depth | distinct | seconds | what goes wrong |
            |---|---|---|---|---|---|---|\
            """;

    private Table() {}

    static String row(Claim claim, Verdict verdict) {
        String seconds = String.format(Locale.ROOT, "%.1f", verdict.took().toMillis() / 1000.0);
        return claim.without().isEmpty()
                ? cells(
                        claim.model(),
                        (claim.text() + " " + bounds(claim)).strip(),
                        verdict.generated(),
                        verdict.distinct(),
                        verdict.depth(),
                        seconds,
                        result(verdict))
                : cells(
                        claim.model(),
                        String.join(" + ", claim.without()),
                        result(verdict),
                        verdict.depth(),
                        verdict.distinct(),
                        seconds,
                        claim.text());
    }

    private static String cells(Object... cells) {
        return Stream.of(cells).map(String::valueOf).collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String bounds(Claim claim) {
        Map<String, String> bounds = claim.bounds();
        return bounds.isEmpty()
                ? ""
                : bounds.entrySet().stream()
                        .map(b -> b.getKey() + "=" + b.getValue())
                        .collect(Collectors.joining(" ", "`", "`"));
    }

    private static String result(Verdict verdict) {
        return switch (verdict.finding()) {
            case Nothing n -> "nothing";
            case Violation v -> v.invariant();
            case Unfinished u -> "nothing so far, out of time";
            case Broken b -> "BROKEN";
        };
    }
}
