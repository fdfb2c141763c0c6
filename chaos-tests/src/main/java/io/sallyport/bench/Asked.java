package io.sallyport.bench;

import io.sallyport.bench.Figures.Line;
import java.util.Map;

/**
 * What is asked of a figure's median.
 *
 * @param contender whose
 * @param than how many times better than whose, round by round; empty: the figure itself
 * @param least whether it may not be below the bound, else not above
 */
record Asked(String contender, String than, boolean least, double bound) {

    static Asked times(String contender, double factor, String than) {
        return new Asked(contender, than, true, factor);
    }

    static Asked least(String contender, double bound) {
        return new Asked(contender, "", true, bound);
    }

    static Asked most(String contender, double bound) {
        return new Asked(contender, "", false, bound);
    }

    /** In words, and whether it is missed. */
    String words(Figures figures, Line line) {
        double found =
                than.isEmpty()
                        ? figures.ranges()
                                .getOrDefault(line, Map.of())
                                .getOrDefault(contender, Figures.Range.NONE)
                                .median()
                        : figures.ratio(line, contender, than).median();
        String missed =
                Double.isNaN(found)
                        ? " (**not there**)"
                        : (least ? found < bound : found > bound)
                                ? " (**missed**: %s)".formatted(DataplaneTable.number(found))
                                : "";
        return "%s %s %s%s%s"
                .formatted(
                        DataplaneTable.shortName(contender),
                        least ? "≥" : "≤",
                        DataplaneTable.number(bound),
                        than.isEmpty()
                                ? ""
                                : than.equals(Masquerade.NAME)
                                        ? " ×"
                                        : " × " + DataplaneTable.shortName(than),
                        missed);
    }
}
