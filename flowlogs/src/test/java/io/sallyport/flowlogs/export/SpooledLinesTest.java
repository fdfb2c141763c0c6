package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.text.JoinedLines;
import io.sallyport.flowlogs.text.JoinedText;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpooledLinesTest {

    private static final Subscription JOINED =
            Sample.subscription(Sample.FLOW_LOG, TrafficKind.ALL, JoinedFormat.INSTANCE, 1);

    @TempDir Path directory;

    private final Random random = new Random(3);

    private Spool open() throws IOException {
        return Spool.open(
                Sample.settings(directory),
                new ExportCounters(),
                InstantSource.system(),
                new Sample.Heard());
    }

    private List<Path> files(FlowLogId flowLog, long from, long until) throws IOException {
        return SpooledLines.files(
                directory, flowLog, Instant.ofEpochSecond(from), Instant.ofEpochSecond(until));
    }

    private static List<String> ask(Path file, String eip, int port) throws IOException {
        List<String> found = new ArrayList<>();
        SpooledLines.read(file, JoinedText.words(eip, port), found::add);
        return found;
    }

    @Test
    void linesAboutAPortAreFoundBesideTheNodeThatWrites() throws Exception {
        List<String> lines = JoinedLines.random(random, 20_000);
        Spool spool = open();
        lines.forEach(line -> spool.append(JOINED, 700, line));
        spool.sync();
        Path file = files(Sample.FLOW_LOG, 600, 900).getFirst();
        for (int i = 0; i < 50; i++) {
            String eip = "198.51.100." + random.nextInt(10);
            int port = 1020 + random.nextInt(310);
            assertThat(ask(file, eip, port))
                    .as("%s %d", eip, port)
                    .containsExactlyInAnyOrderElementsOf(JoinedLines.about(lines, eip, port));
        }
        // What is written this moment.
        Files.write(file, new byte[] {0, 0, 0, 90, 1, 2}, StandardOpenOption.APPEND);
        assertThat(ask(file, "198.51.100.3", 1100))
                .containsExactlyInAnyOrderElementsOf(
                        JoinedLines.about(lines, "198.51.100.3", 1100));
        spool.close();
    }

    @Test
    void onlyFilesOfTheFlowLogAndTheTimeAreRead() throws Exception {
        FlowLogId other = new FlowLogId("fl-00000000000000002");
        Spool spool = open();
        spool.append(JOINED, 700, "a line");
        spool.append(
                Sample.subscription(other, TrafficKind.ALL, AwsFormat.DEFAULT, 1), 700, "another");
        spool.sync();
        assertThat(files(Sample.FLOW_LOG, 899, 900)).hasSize(1);
        assertThat(files(Sample.FLOW_LOG, 500, 600)).hasSize(1);
        assertThat(files(Sample.FLOW_LOG, 900, 1000)).isEmpty();
        assertThat(files(Sample.FLOW_LOG, 500, 599)).isEmpty();
        assertThat(files(other, 600, 900)).isEmpty();
        spool.close();
    }

    @Test
    void aFileThatWasDeliveredMeanwhileSaysNothing() throws Exception {
        assertThat(ask(directory.resolve("000000000000001.flows"), "198.51.100.3", 1100)).isEmpty();
    }
}
