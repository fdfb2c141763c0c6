package io.sallyport.bench;

import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The candidates in alternating order, round by round, so that none always follows the same one and
 * a noisy neighbour meets all of them.
 *
 * @param count how many rounds
 * @param quick shorter turns and fewer connections
 */
record Rounds(List<Rig> rigs, int count, boolean quick, Figures figures, Failures failures) {

    Rounds {
        rigs = List.copyOf(rigs);
    }

    /** How long one turn of one candidate is. */
    Duration turn() {
        return Duration.ofMillis(quick ? 150 : 500);
    }

    /** The same for some of the candidates. */
    Rounds with(List<Rig> some) {
        return new Rounds(some, count, quick, figures, failures);
    }

    void each(Consumer<Rig> turn) {
        for (int round = 0; round < count; round++) {
            eachOnce(round, turn);
        }
    }

    /**
     * One round; from one to the next the order turns around. Who fails has no more turns in this
     * line, the others go on.
     */
    void eachOnce(int round, Consumer<Rig> turn) {
        for (Rig rig : round % 2 == 0 ? rigs : rigs.reversed()) {
            failures.attempt(rig.forwarding().name(), () -> turn.accept(rig));
        }
    }

    void more(String name, String unit, Rig rig, double value) {
        more(name, unit, rig.forwarding().name(), value);
    }

    void more(String name, String unit, String contender, double value) {
        figures.add(new Line(name, unit, Better.MORE), contender, value);
    }

    void less(String name, String unit, Rig rig, double value) {
        less(name, unit, rig.forwarding().name(), value);
    }

    void less(String name, String unit, String contender, double value) {
        figures.add(new Line(name, unit, Better.LESS), contender, value);
    }
}
