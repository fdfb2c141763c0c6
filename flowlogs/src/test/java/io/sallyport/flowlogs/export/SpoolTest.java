package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    private final Sample.Clock clock = new Sample.Clock();
    private final ExportCounters counters = new ExportCounters();
    private final Sample.Heard heard = new Sample.Heard();

    @TempDir Path directory;

    private Spool open() throws IOException {
        return Spool.open(Sample.settings(directory), counters, clock, heard);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(it -> it.toString().endsWith(".flows")).sorted().toList();
        }
    }

    private static void append(Spool spool, long endSeconds, String line) {
        spool.append(Sample.SUBSCRIPTION, endSeconds, line);
    }

    @Test
    void aPeriodIsAFileAndIsDeliveredWhenItIsOver() throws IOException {
        Spool spool = open();
        append(spool, 659, "one");
        append(spool, 900, "next period");
        append(spool, 899, "two");
        spool.sync();
        assertThat(spool.claim(Sample.FLOW_LOG)).isEmpty();
        spool.sealUntil(900);
        assertThat(Sample.deliver(spool)).containsExactly("one", "two");
        spool.sealUntil(1200);
        assertThat(Sample.deliver(spool)).containsExactly("next period");
        assertThat(files()).isEmpty();
        assertThat(spool.bytes()).isZero();
    }

    @Test
    void afterAKillAtAnyByteWholeLinesAreDeliveredAndTheCutIsTold() throws IOException {
        Spool first = open();
        List<String> lines = List.of("line one", "line two, which is longer", "three");
        for (String line : lines) {
            append(first, 700, line);
        }
        first.close();
        Path path = files().getFirst();
        byte[] whole = Files.readAllBytes(path);
        int headerEnd =
                whole.length
                        - lines.stream().mapToInt(it -> it.length() + RecordFile.OVERHEAD).sum();
        for (int length = 0; length <= whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            heard.gaps.clear();
            List<String> expected = new ArrayList<>();
            int end = headerEnd;
            for (String line : lines) {
                end += line.length() + RecordFile.OVERHEAD;
                if (end <= length) {
                    expected.add(line);
                }
            }
            int good = headerEnd;
            for (String line : expected) {
                good += line.length() + RecordFile.OVERHEAD;
            }
            Spool spool = open();
            assertThat(Sample.deliver(spool)).as("cut at %d", length).isEqualTo(expected);
            // A file without a line says nothing; the unclean progress file speaks for it.
            boolean told = !expected.isEmpty() && good != length;
            assertThat(heard.gaps)
                    .as("cut at %d", length)
                    .isEqualTo(told ? List.of(new Gap(600, 899)) : List.of());
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void whatAKillLeftIsDeliveredBesideWhatComesNow() throws IOException {
        Spool killed = open();
        append(killed, 700, "before");
        killed.sync();
        Spool spool = open();
        append(spool, 710, "after");
        assertThat(Sample.deliver(spool)).containsExactly("before");
        spool.close();
        assertThat(Sample.deliver(spool)).containsExactly("after");
    }

    @Test
    void whatTheProgressDoesNotKnowOfIsCut() throws IOException {
        Spool killed = open();
        append(killed, 700, "told");
        append(killed, 1000, "told too");
        killed.sync();
        Progress.Ledger ledger = killed.ledger("run-1", 1);
        killed.told();
        append(killed, 710, "untold");
        append(killed, 1300, "untold file");
        killed.sync();
        killed.sealUntil(1200);
        Spool spool =
                Spool.open(
                        Sample.settings(directory),
                        counters,
                        clock,
                        heard,
                        java.util.Optional.of(ledger));
        assertThat(Sample.deliver(spool)).containsExactly("told", "told too");
        assertThat(heard.gaps).isEmpty();
    }

    @Test
    void aFileOfAnotherVersionIsKeptAside() throws IOException {
        Path path = directory.resolve("000000000000001.flows");
        try (RecordFile file = RecordFile.create(path)) {
            file.add(new byte[] {99, 1, 2, 3});
            file.add(new byte[] {1});
            file.flush();
        }
        assertThat(open().waiting()).isEmpty();
        assertThat(path.resolveSibling("000000000000001.flows.foreign")).exists();
    }

    @Test
    void aFullSpoolDropsItsOldestFilesAndTellsTheirTime() throws IOException {
        Spool spool =
                Spool.open(
                        Sample.settings(directory, 1 << 20, "http://127.0.0.1:1", ""),
                        counters,
                        clock,
                        heard);
        String line = "x".repeat(1000);
        for (int period = 2; period < 7; period++) {
            for (int i = 0; i < 300; i++) {
                append(spool, period * 300 + i, line);
            }
            spool.sync();
            spool.sealUntil(period * 300 + 300);
        }
        assertThat(spool.bytes()).isLessThanOrEqualTo(1 << 20);
        assertThat(heard.gaps).containsExactly(new Gap(600, 899), new Gap(900, 1199));
        assertThat(counters.lost()).isEqualTo(600);
        assertThat(Sample.deliver(spool)).hasSize(900);
    }

    @Test
    void aClaimedFileIsNotDropped() throws IOException {
        Spool spool =
                Spool.open(
                        Sample.settings(directory, 1 << 20, "http://127.0.0.1:1", ""),
                        counters,
                        clock,
                        heard);
        append(spool, 700, "kept");
        spool.sealUntil(900);
        spool.told();
        SegmentHeader claimed = spool.claim(Sample.FLOW_LOG).orElseThrow();
        for (int i = 0; i < 1100; i++) {
            append(spool, 1000, "x".repeat(1000));
        }
        assertThat(heard.gaps).isNotEmpty().allMatch(it -> it.startSeconds() == 900);
        assertThat(spool.text(claimed)).asString().endsWith("kept\n");
    }

    @Test
    void anObjectNeverGrowsBeyondItsBound() throws IOException {
        ExportSettings large = Sample.settings(directory, 200 << 20, "http://127.0.0.1:1", "");
        Spool spool = Spool.open(large, counters, clock, heard);
        String line = "x".repeat(60_000);
        for (int i = 0; i < 1400; i++) {
            append(spool, 700, line);
        }
        spool.sync();
        assertThat(files()).hasSize(2);
        assertThat(spool.waiting()).as("a kill would make them be told again").isEmpty();
        spool.told();
        assertThat(spool.waiting()).containsExactly(Sample.FLOW_LOG);
        assertThat(Files.size(files().getFirst())).isBetween(74L << 20, 75L << 20);
    }

    @Test
    void aDirectoryThatCannotBeWrittenLosesLinesAndSaysSo() throws IOException {
        Path gone = directory.resolve("gone");
        Spool spool = Spool.open(Sample.settings(gone), counters, clock, heard);
        Files.delete(gone);
        append(spool, 700, "lost");
        assertThat(heard.gaps).containsExactly(new Gap(700, 700));
        assertThat(counters.lost()).isEqualTo(1);
        assertThat(counters.spoolErrors()).isPositive();
        Files.createDirectory(gone);
        append(spool, 701, "kept");
        spool.close();
        assertThat(Sample.deliver(spool)).containsExactly("kept");
    }

    @Test
    void bitsThatRotOnTheDiskAreTold() throws IOException {
        Spool spool = open();
        append(spool, 700, "one");
        append(spool, 701, "two");
        spool.close();
        byte[] bytes = Files.readAllBytes(files().getFirst());
        bytes[bytes.length - 1] ^= 1;
        Files.write(files().getFirst(), bytes);
        assertThat(Sample.deliver(spool)).containsExactly("one");
        assertThat(heard.gaps).containsExactly(new Gap(600, 701));
        assertThat(counters.lost()).isEqualTo(1);
    }

    @Test
    void flowLogsDoNotShareFiles() throws IOException {
        FlowLogId other = new FlowLogId("fl-00000000000000002");
        Spool spool = open();
        append(spool, 700, "mine");
        spool.append(Sample.subscription(other, TrafficKind.ALL), 700, "other's");
        spool.close();
        spool.told();
        assertThat(spool.waiting()).containsExactly(Sample.FLOW_LOG, other);
        assertThat(Sample.deliver(spool)).containsExactly("mine");
    }
}
