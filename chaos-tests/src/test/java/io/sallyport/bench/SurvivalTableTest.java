package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table says what deaths cost, and what was missed. */
class SurvivalTableTest {

    private static Toll toll(int lost, double gap, long datagramsLost) {
        return new Toll(
                3,
                lost,
                0,
                2 * lost,
                List.of(10.0, 20.0, gap),
                300,
                datagramsLost,
                List.of(gap),
                1);
    }

    private static String row(Figures figures, String beginning) {
        return SurvivalTable.markdown(new Report(Map.of(), figures, 2), true)
                .lines()
                .filter(line -> line.startsWith("| " + beginning))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTableIsPlacedBetweenItsMarkers() {
        String document = SurvivalTable.BEGIN + "\nold\n" + SurvivalTable.END + "\nrest";

        assertThat(SurvivalTable.placed(document, "new\n"))
                .isEqualTo(SurvivalTable.BEGIN + "\nnew\n" + SurvivalTable.END + "\nrest");
    }

    @Test
    void whatIsCountedIsTheSumAndTheWorstIsTheWorstOfAllDeaths() {
        Figures figures = new Figures();
        for (double gap : new double[] {40, 90, 50}) {
            Aftermath.record(figures, "box gone", LabBoxes.NAME, toll(0, gap, 5));
            Aftermath.record(figures, "box gone", KeepalivedPair.NAME, toll(1, 2 * gap, 7));
        }

        assertThat(row(figures, "box gone: streams lost"))
                .isEqualTo("| box gone: streams lost, streams | 0 | 3 | 0 |");
        assertThat(row(figures, "box gone: longest gap of a stream, worst"))
                .isEqualTo(
                        "| box gone: longest gap of a stream, worst, ms | 90 | 180 | ≤ 160, shorter |");
        assertThat(row(figures, "box gone: longest gap of a stream, p50")).contains("| 20 | 20 |");
        assertThat(row(figures, "box gone: datagrams lost")).endsWith("| 15 | 21 | fewer |");
    }

    @Test
    void whatIsMissedIsSaid() {
        Figures figures = new Figures();
        Aftermath.record(figures, "process killed", LabBoxes.NAME, toll(1, 180, 9));
        Aftermath.record(figures, "process killed", KeepalivedPair.NAME, toll(0, 150, 9));

        assertThat(row(figures, "process killed: streams lost")).endsWith("| 0 (**missed**) |");
        assertThat(row(figures, "process killed: RST")).endsWith("| 0 (**missed**) |");
        assertThat(row(figures, "process killed: longest gap of a stream, worst"))
                .endsWith("| ≤ 100 (**missed**), shorter (**missed**) |");
        assertThat(row(figures, "process killed: datagrams lost"))
                .endsWith("| fewer (**missed**) |");
    }

    @Test
    void allIsKeptWhereNothingOfOursIsLost() {
        Figures figures = new Figures();
        Aftermath.record(figures, "box gone", LabBoxes.NAME, toll(0, 900, 9));
        Aftermath.record(figures, "box gone", KeepalivedPair.NAME, toll(3, 20, 0));
        figures.add(Aftermath.UNANSWERED, LabBoxes.NAME, 0);
        assertThat(SurvivalTable.isAllKept(figures)).isTrue();

        figures.add(Aftermath.UNANSWERED, LabBoxes.NAME, 1);
        assertThat(SurvivalTable.isAllKept(figures)).isFalse();
        Figures streams = new Figures();
        Aftermath.record(streams, "full processor", LabBoxes.NAME, toll(1, 20, 0));
        assertThat(SurvivalTable.isAllKept(streams)).isFalse();
    }

    @Test
    void aQuantileIsTheSmallestValueThatTheShareDoesNotExceed() {
        List<Double> ten = List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);

        assertThat(Toll.quantile(ten, 0.5)).isEqualTo(5);
        assertThat(Toll.quantile(ten, 0.99)).isEqualTo(10);
        assertThat(Toll.quantile(List.of(), 0.5)).isZero();
    }
}
