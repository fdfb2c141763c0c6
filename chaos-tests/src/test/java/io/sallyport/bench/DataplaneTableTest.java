package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.bench.Failures.Failure;
import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The README says what was measured, and says what was missed. */
class DataplaneTableTest {

    private static final Path TOP = Path.of("..");

    @ParameterizedTest
    @CsvSource({"README.md, false", "docs/bench/README.md, true"})
    void theTablesAreThoseOfTheCommittedFigures(String page, boolean all) throws IOException {
        String document = Files.readString(TOP.resolve(page));
        Report report = Report.readJson(TOP.resolve("docs/bench/dataplane.json"));

        assertThat(document)
                .as("./sallyport bench report docs/bench/dataplane.json [--all] --into " + page)
                .isEqualTo(DataplaneTable.placed(document, DataplaneTable.markdown(report, all)));
    }

    @Test
    void aMissedTargetIsSaidWithItsFigureAndAMetOneIsNot() {
        Figures figures = new Figures();
        Line line =
                new Line("1 established, 10,000 connections", EstablishedLine.UNIT, Better.MORE);
        for (int round = 0; round < 3; round++) {
            figures.add(line, Masquerade.NAME, 500_000);
            figures.add(line, "sallyport tcx", 600_000);
            figures.add(line, "sallyport xdp", 2_500_000);
        }

        String table = DataplaneTable.markdown(new Report(Map.of(), figures, 3), false);

        assertThat(table)
                .contains("| 500 k |", "| 600 k (1.20) |", "| 2.50 M (5) |")
                .contains("| xdp ≥ 4 ×, tcx ≥ 1.80 × (**missed**: 1.20) |");
    }

    @Test
    void figuresFailuresAndConditionsComeBackFromJson(@TempDir Path directory) {
        Figures figures = new Figures();
        Line line = new Line("4 round trip p50", "us", Better.LESS);
        figures.add(line, Masquerade.NAME, 50.5);
        figures.add(line, Masquerade.NAME, 40.5);
        Report written =
                new Report(
                        Map.of("kernel", "Linux"),
                        figures,
                        2,
                        Map.of("4 round trips", 12L),
                        List.of(new Failure("2 bulk TCP", "nftables", "no \"answer\"")));
        Path file = directory.resolve("figures.json");

        written.writeJson(file);
        Report read = Report.readJson(file);

        assertThat(read.figures().values(line, Masquerade.NAME)).containsExactly(50.5, 40.5);
        assertThat(read.facts()).isEqualTo(written.facts());
        assertThat(read.seconds()).isEqualTo(written.seconds());
        assertThat(read.failures()).isEqualTo(written.failures());
        assertThat(read.rounds()).isEqualTo(2);
    }

    @Test
    void whoeverFailsIsOutForItsLineOnlyAndTheOthersGoOn() {
        Failures failures = new Failures();
        failures.begin("2 bulk TCP");
        assertThat(failures.attempt("nftables", () -> fail("lost"))).isFalse();
        assertThat(failures.attempt("nftables", () -> {})).isFalse();
        assertThat(failures.attempt("sallyport tcx", () -> {})).isTrue();
        failures.begin("4 round trips");
        assertThat(failures.attempt("nftables", () -> {})).isTrue();

        assertThat(failures.all()).containsExactly(new Failure("2 bulk TCP", "nftables", "lost"));
    }

    @Test
    void aDocumentWithoutMarkersIsLeftAlone() {
        assertThatThrownBy(() -> DataplaneTable.placed("# Readme", "| |"))
                .isInstanceOf(BenchFailure.class)
                .hasMessageContaining("no markers");
    }

    private static void fail(String why) {
        throw new BenchFailure(why);
    }
}
