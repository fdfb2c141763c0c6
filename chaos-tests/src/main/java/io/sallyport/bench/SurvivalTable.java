package io.sallyport.bench;

import io.sallyport.bench.Figures.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What deaths cost as Markdown: of what is counted the sum over all deaths of a kind, of the worst
 * the worst, else the median; what was asked, and whether it is missed.
 */
final class SurvivalTable {

    /** The fact of a report that makes it one of these. */
    static final String KIND = "survival";

    static final String BEGIN = "<!-- bench survival: made by `./sallyport bench report` -->";
    static final String END = "<!-- end of bench survival -->";

    private static final List<String> CONTENDERS = List.of(LabBoxes.NAME, KeepalivedPair.NAME);
    private static final List<String> CONDITIONS =
            List.of("date", "processor", "cores", "kernel", "jdk", "commit", "load", "run");

    private SurvivalTable() {}

    /**
     * Ends with a line's end.
     *
     * @param all every figure, else those of which something is asked
     */
    static String markdown(Report report, boolean all) {
        List<String> lines = new ArrayList<>();
        lines.add(
                CONDITIONS.stream()
                        .filter(report.facts()::containsKey)
                        .map(fact -> fact + " " + report.facts().get(fact))
                        .collect(Collectors.joining(" · ")));
        lines.add("");
        lines.add(row("", CONTENDERS, "asked"));
        lines.add(row("---", List.of("---:", "---:"), "---"));
        for (Line line : report.figures().ranges().keySet()) {
            String asked = asked(report.figures(), line);
            if (all || !asked.isEmpty()) {
                lines.add(
                        row(
                                line.name() + ", " + line.unit(),
                                CONTENDERS.stream()
                                        .map(each -> cell(report.figures(), line, each))
                                        .toList(),
                                asked));
            }
        }
        if (!report.failures().isEmpty()) {
            lines.add("");
        }
        report.failures()
                .forEach(failure ->
                        lines.add(
                                "Not measured: %s, %s: %s."
                                        .formatted(
                                                failure.line(),
                                                failure.contender(),
                                                failure.reason().lines().findFirst().orElse(""))));
        lines.add("");
        return String.join("\n", lines);
    }

    private static String row(String first, List<String> cells, String last) {
        return "| %s | %s | %s |".formatted(first, String.join(" | ", cells), last);
    }

    private static String cell(Figures figures, Line line, String contender) {
        double value = value(figures, line, contender);
        return Double.isNaN(value) ? "" : DataplaneTable.number(value);
    }

    /** NaN where there is none. */
    private static double value(Figures figures, Line line, String contender) {
        List<Double> values = figures.values(line, contender);
        if (values.isEmpty()) {
            return Double.NaN;
        }
        if (!line.unit().equals("ms")) {
            return values.stream().mapToDouble(Double::doubleValue).sum();
        }
        return line.name().endsWith("worst") || line.name().endsWith("meanwhile")
                ? values.stream().mapToDouble(Double::doubleValue).max().orElseThrow()
                : Figures.Range.of(values).median();
    }

    /** Of Sallyport; empty where nothing is. */
    private static String asked(Figures figures, Line line) {
        double ours = value(figures, line, LabBoxes.NAME);
        double theirs = value(figures, line, KeepalivedPair.NAME);
        String name = line.name();
        if (Double.isNaN(ours)) {
            return "";
        }
        if (isLoss(line)) {
            return beside("0", ours == 0);
        }
        String shorter = Double.isNaN(theirs) ? "" : beside(", shorter", ours < theirs);
        for (Death death : Death.values()) {
            if (name.equals(death.label() + ": " + Aftermath.WORST)) {
                int target = death.targetMillis();
                return beside("≤ %d".formatted(target), ours <= target).concat(shorter);
            }
        }
        boolean isOfOneDeath =
                Arrays.stream(Death.values())
                        .anyMatch(death -> name.equals(death.label() + ": " + Aftermath.DATAGRAMS));
        return isOfOneDeath && !Double.isNaN(theirs) ? beside("fewer", ours < theirs) : "";
    }

    private static boolean isLoss(Line line) {
        String name = line.name();
        return name.endsWith(": " + Aftermath.LOST)
                || name.endsWith(": " + Aftermath.WRONG)
                || name.endsWith(": " + Aftermath.RESETS)
                || line.equals(Aftermath.UNANSWERED);
    }

    /** Whether Sallyport kept every stream, byte and connection, and reset none. */
    static boolean isAllKept(Figures figures) {
        return figures.ranges().keySet().stream()
                .filter(SurvivalTable::isLoss)
                .flatMap(line -> figures.values(line, LabBoxes.NAME).stream())
                .allMatch(lost -> lost == 0);
    }

    private static String beside(String asked, boolean isMet) {
        return isMet ? asked : "%s (**missed**)".formatted(asked);
    }

    /** A document with this table in place of that between its markers. */
    static String placed(String document, String table) {
        return Markers.placed(document, BEGIN, END, table);
    }
}
