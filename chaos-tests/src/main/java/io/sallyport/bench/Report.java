package io.sallyport.bench;

import io.sallyport.bench.Failures.Failure;
import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Figures with the conditions under which they were found: a table for people, JSON for machines.
 *
 * @param facts of the machine, the software and the run
 * @param rounds how many each figure has, where nothing failed
 * @param seconds how long each part took
 * @param failures what is missing, and why
 */
record Report(
        Map<String, String> facts,
        Figures figures,
        int rounds,
        Map<String, Long> seconds,
        List<Failure> failures) {

    Report(Map<String, String> facts, Figures figures, int rounds) {
        this(facts, figures, rounds, Map.of(), List.of());
    }

    /**
     * @param rival with whom each of the others is compared, line by line; empty without one
     */
    void print(PrintStream out, String rival) {
        facts.forEach((name, value) -> out.printf("%-10s %s%n", name, value));
        out.printf("%-10s %d, interleaved%n", "rounds", rounds);
        if (!seconds.isEmpty()) {
            out.printf("%-10s %s%n", "seconds", seconds);
        }
        out.printf(
                "%n%-44s %-18s %12s %12s %12s   %s%n",
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
        failures.forEach(failure ->
                out.printf(
                        "FAILED     %s, %s: %s%n",
                        failure.line(), failure.contender(), failure.reason()));
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
                            row.put("better", line.better().name());
                            row.put("contender", contender);
                            row.put("min", range.min());
                            row.put("median", range.median());
                            row.put("max", range.max());
                            row.put("values", figures.values(line, contender));
                            lines.add(row);
                        }));
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("facts", facts);
        whole.put("rounds", rounds);
        whole.put("seconds", seconds);
        whole.put("failures", failures);
        whole.put("lines", lines);
        try {
            Files.writeString(
                    file,
                    JsonMapper.builder()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .build()
                                    .writeValueAsString(whole)
                            + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the report cannot be written", e);
        }
    }

    /** What {@link #writeJson} wrote. */
    static Report readJson(Path file) {
        JsonNode whole;
        try {
            whole = JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("no report to read", e);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        whole.path("facts")
                .properties()
                .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString()));
        Map<String, Long> seconds = new LinkedHashMap<>();
        whole.path("seconds")
                .properties()
                .forEach(part -> seconds.put(part.getKey(), part.getValue().asLong()));
        List<Failure> failures = new ArrayList<>();
        for (JsonNode failure : whole.path("failures")) {
            failures.add(
                    new Failure(
                            failure.path("line").asString(),
                            failure.path("contender").asString(),
                            failure.path("reason").asString()));
        }
        Figures figures = new Figures();
        for (JsonNode row : whole.path("lines")) {
            Line line =
                    new Line(
                            row.path("line").asString(),
                            row.path("unit").asString(),
                            Better.valueOf(row.path("better").asString()));
            for (JsonNode value : row.path("values")) {
                figures.add(line, row.path("contender").asString(), value.asDouble());
            }
        }
        return new Report(facts, figures, whole.path("rounds").asInt(), seconds, failures);
    }
}
