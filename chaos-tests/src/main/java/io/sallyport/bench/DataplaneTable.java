package io.sallyport.bench;

import io.sallyport.bench.Figures.Line;
import io.sallyport.bench.Figures.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The data plane's figures as Markdown: medians, in brackets how many times better than nftables,
 * what was asked and whether it is missed. The README has those of which something is asked, and
 * what is needed to read them.
 */
final class DataplaneTable {

    static final String BEGIN = "<!-- bench dataplane: made by `./sallyport bench report` -->";
    static final String END = "<!-- end of bench dataplane -->";

    private static final String JAVA = SallyportForwarding.Way.JAVA.label();
    private static final String TCX = SallyportForwarding.Way.TCX.label();
    private static final String XDP = SallyportForwarding.Way.XDP.label();
    private static final List<String> CONTENDERS =
            List.of(PlainForwarding.NAME, Masquerade.NAME, JAVA, TCX, XDP);

    /** Facts that are said above the table. */
    private static final List<String> CONDITIONS =
            List.of("date", "processor", "cores", "kernel", "jdk", "commit", "load", "run");

    /** Characters of a reason, the whole of which is in the file. */
    private static final int REASON = 120;

    private DataplaneTable() {}

    /** What is asked of a figure, by its name in the report; of the others nothing is. */
    private static List<Asked> asked(Line line) {
        String name = line.name();
        if (name.startsWith("1 established") && line.unit().equals(EstablishedLine.UNIT)) {
            return name.contains("1,000,000") || name.contains("IPv6")
                    ? List.of()
                    : List.of(
                            Asked.times(XDP, name.contains("100,000") ? 3.5 : 4, Masquerade.NAME),
                            Asked.times(TCX, 1.8, Masquerade.NAME));
        }
        if (name.startsWith("2 ")) {
            return List.of(
                    Asked.times(TCX, 1, Masquerade.NAME),
                    Asked.times(TCX, 0.9, PlainForwarding.NAME));
        }
        if (name.startsWith("3 new connections") && line.unit().equals("per s")) {
            return name.contains("R = 3")
                    ? List.of()
                    : List.of(
                            Asked.times(TCX, name.contains("R = 2") ? 0.6 : 1.2, Masquerade.NAME));
        }
        if (name.equals(MemoryLine.ONE)) {
            return List.of(Asked.most(TCX, 168));
        }
        if (name.equals(MemoryLine.ONE_IN_ALL)) {
            return List.of(Asked.most(TCX, 288));
        }
        if (name.startsWith("5 memory, 1,000,000") && name.endsWith("in all")) {
            return List.of(Asked.most(TCX, 512));
        }
        if (name.startsWith("6 ") && line.unit().equals(AclLine.SHARE)) {
            double least = name.contains("established") ? 0.97 : 0.5;
            return List.of(Asked.least(TCX, least), Asked.least(XDP, least));
        }
        if (name.startsWith("7 ")) {
            return List.of(
                    Asked.times(TCX, 1.4, Masquerade.NAME), Asked.times(XDP, 5, Masquerade.NAME));
        }
        if (name.startsWith("9 ") && line.unit().equals(NodesLine.SHARE)) {
            return List.of(Asked.least(TCX, 0.9));
        }
        if (name.startsWith("8 ") && line.unit().equals("packets")) {
            return List.of(Asked.most(TCX, 0), Asked.most(XDP, 0));
        }
        return List.of();
    }

    /** Whether it says something that no line with a target does. */
    private static boolean isTelling(Line line) {
        String name = line.name();
        return !asked(line).isEmpty()
                || name.startsWith("1 ")
                || name.startsWith("4 ")
                || name.startsWith("3 first packet p50")
                || name.startsWith("3 new connections") && line.unit().equals("per s/core")
                || name.endsWith("killed for good: packets go on for");
    }

    /**
     * Ends with a line's end.
     *
     * @param all every figure, else those that the README has
     */
    static String markdown(Report report, boolean all) {
        List<String> lines = new ArrayList<>();
        lines.add(
                CONDITIONS.stream()
                                .filter(report.facts()::containsKey)
                                .map(fact -> fact + " " + report.facts().get(fact))
                                .collect(Collectors.joining(" · "))
                        + " · medians of %d interleaved rounds, in brackets times nftables"
                                .formatted(report.rounds()));
        lines.add("");
        lines.add(row("", CONTENDERS.stream().map(DataplaneTable::shortName).toList(), "asked"));
        lines.add(row("---", CONTENDERS.stream().map(contender -> "---:").toList(), "---"));
        report.figures()
                .ranges()
                .forEach((line, each) -> {
                    if (isShown(line, each) && (all || isTelling(line))) {
                        lines.add(row(report, line, each));
                    }
                });
        lines.add("");
        report.failures()
                .forEach(failure ->
                        lines.add(
                                "Not measured: %s, %s: %s."
                                        .formatted(
                                                failure.line(),
                                                failure.contender(),
                                                beginning(failure.reason()))));
        if (!report.failures().isEmpty()) {
            lines.add("");
        }
        return String.join("\n", lines);
    }

    private static String beginning(String reason) {
        String line = reason.lines().findFirst().orElse("");
        return line.length() <= REASON ? line : line.substring(0, REASON) + "...";
    }

    /** Where one of those in the table's head stands. */
    private static boolean isShown(Line line, Map<String, Range> each) {
        return !line.name().contains("meanwhile")
                && CONTENDERS.stream().anyMatch(each::containsKey);
    }

    private static String row(Report report, Line line, Map<String, Range> each) {
        List<String> cells = new ArrayList<>();
        for (String contender : CONTENDERS) {
            Range range = each.get(contender);
            double ratio = report.figures().ratio(line, contender, Masquerade.NAME).median();
            cells.add(
                    range == null
                            ? ""
                            : number(range.median())
                                    + (Double.isFinite(ratio) && !contender.equals(Masquerade.NAME)
                                            ? " (%s)".formatted(number(ratio))
                                            : ""));
        }
        return row(
                line.name() + ", " + line.unit(),
                cells,
                asked(line).stream()
                        .map(asked -> asked.words(report.figures(), line))
                        .collect(Collectors.joining(", ")));
    }

    private static String row(String first, List<String> cells, String last) {
        return "| %s | %s | %s |".formatted(first, String.join(" | ", cells), last);
    }

    static String shortName(String contender) {
        return contender.replace("sallyport ", "").replace(" forwarding", "");
    }

    /** Three digits that count, and thousands or millions. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e6) {
            return "%.2f M".formatted(value / 1e6);
        }
        if (size >= 10_000) {
            return String.format(Locale.ROOT, "%.0f k", value / 1e3);
        }
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
    }

    /** A document with this table in place of that between its markers. */
    static String placed(String document, String table) {
        return Markers.placed(document, BEGIN, END, table);
    }
}
