package io.sallyport.bench;

import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import java.util.List;

/** Which figures a death leaves. */
final class Aftermath {

    static final String TWO_BOXES = "two boxes gone, 2 s apart";
    static final String LOST = "streams lost";
    static final String WRONG = "wrong bytes in streams";
    static final String RESETS = "RST";
    static final String WORST = "longest gap of a stream, worst";
    static final String DATAGRAMS = "datagrams lost";
    static final Line UNANSWERED =
            new Line("after all: silent connections without an answer", "connections", Better.LESS);

    static final String FULL = "full processor";
    static final Line ALARMS = new Line(FULL + ": false alarms", "alarms", Better.LESS);

    private static final String GAP = "longest gap of a stream, ";
    private static final String DATAGRAM_GAP = "longest gap between datagrams, ";

    private Aftermath() {}

    static void record(Figures figures, String death, String contender, Toll toll) {
        add(figures, death, LOST, "streams", contender, toll.lost());
        add(figures, death, WRONG, "bytes", contender, toll.wrongBytes());
        add(figures, death, RESETS, "segments", contender, toll.resets());
        List<Double> gaps = toll.gapsMillis();
        if (!gaps.isEmpty()) {
            add(figures, death, GAP + "p50", "ms", contender, Toll.quantile(gaps, 0.5));
            add(figures, death, GAP + "p99", "ms", contender, Toll.quantile(gaps, 0.99));
            add(figures, death, WORST, "ms", contender, Toll.quantile(gaps, 1));
        }
        add(figures, death, DATAGRAMS, "datagrams", contender, toll.datagramsLost());
        List<Double> datagramGaps = toll.datagramGapsMillis();
        add(
                figures,
                death,
                DATAGRAM_GAP + "p50",
                "ms",
                contender,
                Toll.quantile(datagramGaps, 0.5));
        add(
                figures,
                death,
                DATAGRAM_GAP + "worst",
                "ms",
                contender,
                Toll.quantile(datagramGaps, 1));
        add(
                figures,
                death,
                "the tool itself was late meanwhile",
                "ms",
                contender,
                toll.lateMillis());
    }

    private static void add(
            Figures figures,
            String death,
            String what,
            String unit,
            String contender,
            double value) {
        figures.add(new Line(death + ": " + what, unit, Better.LESS), contender, value);
    }
}
