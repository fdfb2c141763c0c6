package io.sallyport.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Figures as a table for people and as JSON for machines. */
final class Report {

    private final Map<String, String> facts;
    private final Figures figures;
    private final int rounds;

    Report(Map<String, String> facts, Figures figures, int rounds) {
        this.facts = facts;
        this.figures = figures;
        this.rounds = rounds;
    }

    /**
     * @param rival with whom each of the others is compared, line by line; empty without one
     */
    void print(PrintStream out, String rival) {
        facts.forEach((name, value) -> out.printf("%-10s %s%n", name, value));
        out.printf("%-10s %d, interleaved%n%n", "rounds", rounds);
        out.printf(
                "%-44s %-18s %12s %12s %12s   %s%n",
                "",
                "",
                "min",
                "median",
                "max",
                rival.isEmpty() ? "" : "times better than " + rival);
        figures.ranges()
                .forEach((line, each) ->
                        each.forEach((contender, range) ->
                                out.printf(
                                        "%-44s %-18s %12s %12s %12s   %s%n",
                                        line.name() + " " + line.unit(),
                                        contender,
                                        number(range.min()),
                                        number(range.median()),
                                        number(range.max()),
                                        contender.equals(rival)
                                                ? ""
                                                : ratio(figures.ratio(line, contender, rival)))));
    }

    private static String ratio(Figures.Range range) {
        return Double.isNaN(range.median())
                ? ""
                : "%.2f (%.2f-%.2f)".formatted(range.median(), range.min(), range.max());
    }

    private static String number(double value) {
        return value >= 1000 ? "%,.0f".formatted(value) : "%.3f".formatted(value);
    }

    void writeJson(Path file) {
        List<Map<String, Object>> lines = new ArrayList<>();
        figures.ranges()
                .forEach((line, each) ->
                        each.forEach((contender, range) -> {
                            Map<String, Object> row = new LinkedHashMap<>();
                            row.put("line", line.name());
                            row.put("unit", line.unit());
                            row.put("contender", contender);
                            row.put("min", range.min());
                            row.put("median", range.median());
                            row.put("max", range.max());
                            lines.add(row);
                        }));
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("facts", facts);
        whole.put("rounds", rounds);
        whole.put("lines", lines);
        try {
            Files.writeString(file, JsonMapper.shared().writeValueAsString(whole));
        } catch (IOException e) {
            throw new UncheckedIOException("the report cannot be written", e);
        }
    }
}
