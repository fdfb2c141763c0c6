package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.export.ObjectKeys;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.format.Origin;
import io.sallyport.flowlogs.parquet.ParquetLines;
import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.flowlogs.record.Tuple;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** {@code ./sallyport bench who-had}: how long an answer takes over many records of one period. */
@SuppressWarnings("SystemOut")
final class WhoHadBench {

    private static final TenantId ACCOUNT = new TenantId("123456789012");
    private static final FlowLogId FLOW_LOG = new FlowLogId("fl-00000000000000001");
    private static final long PERIOD = 1_795_305_600L;
    private static final int SECONDS = 300;

    /** Lines in one object: the most that a node's object has. */
    private static final int OBJECT = 350_000;

    private static final int EIPS = 8;
    private static final int QUESTIONS = 40;

    private static final Destination WHERE =
            new Destination("bucket", "", FileFormat.PARQUET, false, false);

    private WhoHadBench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        long records = Long.parseLong(option(words, "--records", "10000000"));
        String given = option(words, "--directory", "");
        Path directory = given.isEmpty() ? Files.createTempDirectory("who-had") : Path.of(given);
        try {
            long began = System.nanoTime();
            int objects = write(directory, records);
            System.out.printf(
                    "%,d records in %d Parquet objects, %,d MB, written in %d s%n",
                    records,
                    objects,
                    size(directory) >> 20,
                    (System.nanoTime() - began) / 1_000_000_000L);
            ask(directory);
        } finally {
            if (given.isEmpty()) {
                delete(directory);
            }
        }
    }

    private static String option(List<String> words, String name, String fallback) {
        int at = words.indexOf(name);
        return at < 0 || at + 1 >= words.size() ? fallback : words.get(at + 1);
    }

    private static int write(Path directory, long records) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        Watched at = Records.watched(ACCOUNT.value(), 1);
        int objects = 0;
        for (long left = records; left > 0; left -= OBJECT) {
            ByteArrayOutputStream text = new ByteArrayOutputStream(80 << 20);
            text.writeBytes(
                    (JoinedFormat.INSTANCE.header() + "\n").getBytes(StandardCharsets.UTF_8));
            Origin origin = new Origin("us-east-1", new NodeId("node-" + objects % 3));
            for (int i = 0; i < Math.min(left, OBJECT); i++) {
                JoinedFormat.INSTANCE.lines(
                        record(at, random),
                        origin,
                        line -> text.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8)));
            }
            Path file =
                    directory.resolve(
                            ObjectKeys.folder(ACCOUNT, "us-east-1", WHERE, PERIOD)
                                    + ObjectKeys.name(ACCOUNT, "us-east-1", FLOW_LOG, PERIOD)
                                    + "_%08x.log.parquet".formatted(objects));
            Files.createDirectories(file.getParent());
            Files.write(file, ParquetLines.of(JoinedFormat.INSTANCE, text.toByteArray()));
            objects++;
        }
        return objects;
    }

    private static FlowRecord record(Watched at, SplittableRandom random) {
        long first = (PERIOD + random.nextInt(SECONDS - 10)) * 1000 + random.nextInt(1000);
        long last = first + random.nextInt(9000);
        return new FlowRecord.Traffic(
                at,
                new Tuple(
                        Protocol.TCP,
                        Optional.of(new Ipv4(0x0a000000 + random.nextInt(5000))),
                        1024 + random.nextInt(64_512),
                        Optional.of(new Ipv4(0xc6336400 + random.nextInt(EIPS))),
                        1024 + random.nextInt(64_512),
                        Optional.of(new Ipv4(0xcb007100 + random.nextInt(250))),
                        443),
                random.nextBoolean() ? Records.OUTWARD : Records.INWARD,
                Action.ACCEPT,
                0,
                1 + random.nextInt(100),
                40 + random.nextInt(100_000),
                first / 1000,
                last / 1000,
                first,
                last,
                2,
                first,
                random.nextBoolean() ? Ended.FIN : Ended.NOT);
    }

    private static void ask(Path directory) throws Exception {
        Archive archive =
                Archive.in(
                        directory,
                        ACCOUNT,
                        "us-east-1",
                        FLOW_LOG,
                        WHERE,
                        Duration.ofSeconds(SECONDS));
        SplittableRandom random = new SplittableRandom(11);
        long[] millis = new long[QUESTIONS];
        long first = 0;
        int found = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            long began = System.nanoTime();
            Answer answer =
                    archive.whoHad(
                            new Question(
                                    new Ipv4(0xc6336400 + random.nextInt(EIPS)),
                                    1024 + random.nextInt(64_512),
                                    Optional.of(Protocol.TCP),
                                    Optional.empty(),
                                    OptionalInt.empty(),
                                    Instant.ofEpochSecond(PERIOD + random.nextInt(SECONDS))));
            millis[i] = (System.nanoTime() - began) / 1_000_000;
            first = i == 0 ? millis[0] : first;
            found += answer.holders().size();
        }
        Arrays.sort(millis);
        System.out.printf(
                "%d questions, %d holders: first %d ms, median %d ms, worst %d ms, %d processors%n",
                QUESTIONS,
                found,
                first,
                millis[QUESTIONS / 2],
                millis[QUESTIONS - 1],
                Runtime.getRuntime().availableProcessors());
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(it -> it.toFile().length()).sum();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
