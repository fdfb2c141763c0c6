package io.sallyport.flowlogs.lookup;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long answers took, by what was asked and where; for people and as the other benches' JSON.
 */
final class WhoHadFigures {

    private record Name(String line, String place) {}

    private final Map<Name, List<Double>> millis = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    /** Of the machine now, before the first question. */
    WhoHadFigures(String commit, String run) throws IOException {
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
        facts.put(
                "processor",
                Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(it -> it.startsWith("model name"))
                        .map(it -> it.substring(it.indexOf(':') + 2))
                        .findFirst()
                        .orElse("unknown"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("kernel", "Linux " + System.getProperty("os.version"));
        facts.put("jdk", Runtime.version().toString());
        facts.put("commit", commit);
        facts.put("bench", "who-had");
        facts.put("run", run);
        facts.put("load", load());
    }

    /** Of the last minute. */
    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    void fact(String name, String value) {
        facts.put(name, value);
    }

    void add(String line, String place, double took) {
        millis.computeIfAbsent(new Name(line, place), _ -> new ArrayList<>()).add(took);
    }

    void print(PrintStream out) {
        facts.forEach((name, value) -> out.printf("%-12s %s%n", name, value));
        out.printf("%n%-60s %8s %8s %8s %8s  of%n", "ms", "first", "min", "median", "max");
        millis.forEach((name, values) -> {
            double[] sorted = sorted(values);
            out.printf(
                    "%-60s %8.0f %8.0f %8.0f %8.0f  %d%n",
                    name.line + ", " + name.place,
                    values.getFirst(),
                    sorted[0],
                    sorted[sorted.length / 2],
                    sorted[sorted.length - 1],
                    sorted.length);
        });
    }

    private static double[] sorted(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    String json() {
        String said =
                facts.entrySet().stream()
                        .map(it ->
                                "    %s : %s".formatted(quoted(it.getKey()), quoted(it.getValue())))
                        .collect(Collectors.joining(",\n"));
        String lines =
                millis.entrySet().stream()
                        .map(it -> line(it.getKey(), it.getValue()))
                        .collect(Collectors.joining(", "));
        return "{\n  \"facts\" : {\n%s\n  },\n  \"lines\" : [ %s ]\n}\n".formatted(said, lines);
    }

    private static String line(Name name, List<Double> values) {
        double[] sorted = sorted(values);
        return """
        {
            "line" : %s,
            "unit" : "ms",
            "better" : "LESS",
            "contender" : %s,
            "min" : %.1f,
            "median" : %.1f,
            "max" : %.1f,
            "values" : [ %s ]
          }\
        """
                .formatted(
                        quoted(name.line),
                        quoted(name.place),
                        sorted[0],
                        sorted[sorted.length / 2],
                        sorted[sorted.length - 1],
                        values.stream().map("%.1f"::formatted).collect(Collectors.joining(", ")));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
