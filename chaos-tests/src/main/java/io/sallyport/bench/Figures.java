package io.sallyport.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of each line over all rounds. */
final class Figures {

    /** How a line is to be read. */
    enum Better {
        MORE,
        LESS
    }

    /**
     * One measured quantity.
     *
     * @param unit as it is printed
     */
    record Line(String name, String unit, Better better) {}

    /** The middle and the ends of the rounds of one contender. */
    record Range(double min, double median, double max) {
        static final Range NONE = new Range(Double.NaN, Double.NaN, Double.NaN);

        static Range of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            return new Range(sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast());
        }
    }

    private final Map<Line, Map<String, List<Double>>> values = new LinkedHashMap<>();

    void add(Line line, String contender, double value) {
        values.computeIfAbsent(line, l -> new LinkedHashMap<>())
                .computeIfAbsent(contender, c -> new ArrayList<>())
                .add(value);
    }

    /** Lines in the order in which they were measured first, contenders likewise. */
    Map<Line, Map<String, Range>> ranges() {
        Map<Line, Map<String, Range>> all = new LinkedHashMap<>();
        values.forEach((line, each) -> {
            Map<String, Range> ranges = new LinkedHashMap<>();
            each.forEach((contender, list) -> ranges.put(contender, Range.of(list)));
            all.put(line, ranges);
        });
        return all;
    }

    /** Round by round; empty where there are none. */
    List<Double> values(Line line, String contender) {
        return List.copyOf(values.getOrDefault(line, Map.of()).getOrDefault(contender, List.of()));
    }

    /**
     * How many times better the first contender is than the second, round by round; NaN-free only
     * where both have as many rounds.
     */
    Range ratio(Line line, String first, String second) {
        Map<String, List<Double>> each = values.getOrDefault(line, Map.of());
        List<Double> ours = each.getOrDefault(first, List.of());
        List<Double> theirs = each.getOrDefault(second, List.of());
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            ratios.add(
                    line.better() == Better.MORE
                            ? ours.get(i) / theirs.get(i)
                            : theirs.get(i) / ours.get(i));
        }
        return ratios.isEmpty() ? Range.NONE : Range.of(ratios);
    }
}
