package io.sallyport.flowlogs.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.export.ObjectKeys;
import io.sallyport.flowlogs.export.S3ServerProcess;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.parquet.ParquetLines;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.flowlogs.s3.S3Store;
import io.sallyport.flowlogs.text.JoinedLines;
import io.sallyport.flowlogs.text.JoinedText;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects of a real S3 server, large enough that parts of them are asked for. */
class ArchiveInBucketTest {

    private static final TenantId ACCOUNT = new TenantId("123456789012");
    private static final FlowLogId FLOW_LOG = new FlowLogId("fl-00000000000000001");
    private static final Instant AT = Instant.parse("2026-11-22T00:00:30Z");
    private static final int NODES = 3;
    private static final int LINES = 40_000;

    @TempDir Path directory;

    private final Random random = new Random(5);

    /** Each a connection of its own; the client's address has the number of its line. */
    private List<String> lines(int node) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            long first = AT.toEpochMilli() - 20_000 + random.nextInt(40_000);
            lines.add(
                    ("1 123456789012 vpc-1 nat-1 node-%d out 17 10.%d.%d.%d 5000 198.51.100.%d %d"
                                    + " 203.0.113.5 53 1 %d 0 0 %d %d %d 0 ACCEPT - fin OK")
                            .formatted(
                                    node,
                                    node,
                                    i >> 8,
                                    i & 255,
                                    random.nextInt(4),
                                    1024 + random.nextInt(2000),
                                    random.nextInt(1_000_000),
                                    first,
                                    first + 10_000,
                                    first));
        }
        return lines;
    }

    @Test
    void whoHadAPortIsFoundAmongTheObjectsOfTextAndOfParquet() throws Exception {
        try (S3ServerProcess server = new S3ServerProcess(directory);
                S3Store store =
                        new S3Store(
                                new S3Settings(
                                        Optional.of(URI.create(server.endpoint())),
                                        "us-east-1",
                                        S3ServerProcess.IDENTITY,
                                        S3ServerProcess.SECRET,
                                        true,
                                        true))) {
            Files.createDirectories(directory.resolve("objects").resolve("bucket"));
            List<String> all = new ArrayList<>();
            for (int node = 1; node <= NODES; node++) {
                List<String> lines = lines(node);
                all.addAll(lines);
                byte[] text = JoinedLines.text(lines);
                put(store, FileFormat.PARQUET, node, ParquetLines.of(JoinedFormat.INSTANCE, text));
                put(store, FileFormat.PLAIN_TEXT, node, JoinedText.gzip(text));
            }
            for (FileFormat format : FileFormat.values()) {
                Archive archive =
                        Archive.in(
                                store,
                                ACCOUNT,
                                "us-east-1",
                                FLOW_LOG,
                                where(format),
                                Duration.ofSeconds(300));
                for (int i = 0; i < 20; i++) {
                    String eip = "198.51.100." + random.nextInt(4);
                    int port = 1024 + random.nextInt(2000);
                    Answer answer =
                            archive.whoHad(
                                    new Question(
                                            IpAddress.parse(eip),
                                            port,
                                            Optional.empty(),
                                            Optional.empty(),
                                            OptionalInt.empty(),
                                            AT,
                                            Question.A_SECOND));
                    assertThat(answer.objects()).isEqualTo(NODES);
                    assertThat(
                                    answer.holders().stream()
                                            .map(it -> it.client().address().toString()))
                            .as("%s %d of %s", eip, port, format)
                            .containsExactlyInAnyOrderElementsOf(truth(all, eip, port));
                }
            }
            theCommandFindsIt(server.endpoint(), all);
        }
    }

    private void theCommandFindsIt(String endpoint, List<String> all) {
        for (FileFormat format : FileFormat.values()) {
            assertThat(command(endpoint, all, format, S3ServerProcess.SECRET))
                    .startsWith("0 ")
                    .contains("udp " + all.getFirst().split(" ")[7] + ":5000 ");
        }
        assertThat(command(endpoint, all, FileFormat.PARQUET, "another"))
                .startsWith("1 who-had: 403 ");
    }

    private static String command(
            String endpoint, List<String> all, FileFormat format, String secret) {
        String[] words = all.getFirst().split(" ");
        String at = Instant.ofEpochMilli(Long.parseLong(words[17])).toString();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int code =
                WhoHadCommand.run(
                        List.of(
                                ("--eip|%s|--port|%s|--at|%s|--account|%s|--flow-log|%s|--bucket"
                                                + "|bucket|--per-hour|--prefix|%s|--endpoint|%s")
                                        .formatted(
                                                words[9],
                                                words[10],
                                                at,
                                                ACCOUNT,
                                                FLOW_LOG,
                                                where(format).prefix(),
                                                endpoint)
                                        .split("\\|")),
                        Map.of(
                                "AWS_ACCESS_KEY_ID",
                                S3ServerProcess.IDENTITY,
                                "AWS_SECRET_ACCESS_KEY",
                                secret),
                        out,
                        out);
        return code + " " + said.toString(StandardCharsets.UTF_8);
    }

    private static List<String> truth(List<String> all, String eip, int port) {
        long from = AT.toEpochMilli() - 1000;
        long until = AT.toEpochMilli() + 1000;
        return JoinedLines.about(all, eip, port).stream()
                .map(it -> it.split(" "))
                .filter(it -> Long.parseLong(it[17]) <= until && Long.parseLong(it[18]) >= from)
                .map(it -> it[7])
                .toList();
    }

    private static Destination where(FileFormat format) {
        return new Destination(
                "bucket",
                "it's(" + format.name().toLowerCase(java.util.Locale.ROOT) + ")*",
                format,
                false,
                true);
    }

    private static void put(S3Store store, FileFormat format, int node, byte[] content)
            throws Exception {
        long period = AT.getEpochSecond() / 300 * 300;
        String suffix = format == FileFormat.PARQUET ? ".log.parquet" : ".log.gz";
        store.put(
                "bucket",
                ObjectKeys.folder(ACCOUNT, "us-east-1", where(format), period)
                        + ObjectKeys.name(ACCOUNT, "us-east-1", FLOW_LOG, period)
                        + "_%08x".formatted(node)
                        + suffix,
                "application/octet-stream",
                content);
    }
}
