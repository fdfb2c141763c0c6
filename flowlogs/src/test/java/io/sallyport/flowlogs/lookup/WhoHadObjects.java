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
import io.sallyport.flowlogs.text.JoinedText;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many joined records of one delivery period, as text and as Parquet, and questions about them. */
final class WhoHadObjects {

    static final TenantId ACCOUNT = new TenantId("123456789012");
    static final FlowLogId FLOW_LOG = new FlowLogId("fl-00000000000000001");
    static final Duration DELIVERY = Duration.ofSeconds(300);
    static final String REGION = "us-east-1";

    private static final long PERIOD = 1_795_305_600L;
    private static final int SECONDS = 300;

    /** Lines in one object: the most that a node's object has. */
    private static final int OBJECT = 350_000;

    private static final int EIPS = 8;

    private WhoHadObjects() {}

    /** A bucket, or a directory, for each format. */
    static String bucket(FileFormat format) {
        return switch (format) {
            case PARQUET -> "parquet";
            case PLAIN_TEXT -> "text";
        };
    }

    static Destination where(FileFormat format) {
        return new Destination(bucket(format), "", format, false, false);
    }

    /**
     * One object after the other on each processor.
     *
     * @return how many objects of each format
     */
    static int write(Path directory, long records) throws IOException {
        int objects = Math.toIntExact((records + OBJECT - 1) / OBJECT);
        try (ExecutorService writers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < objects; i++) {
                int number = i;
                int lines = (int) Math.min(OBJECT, records - (long) i * OBJECT);
                all.add(
                        writers.submit(() -> {
                            byte[] text = text(number, lines);
                            put(
                                    directory,
                                    FileFormat.PARQUET,
                                    number,
                                    ParquetLines.of(JoinedFormat.INSTANCE, text));
                            put(directory, FileFormat.PLAIN_TEXT, number, JoinedText.gzip(text));
                            return null;
                        }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IOException(e);
        }
        return objects;
    }

    private static byte[] text(int number, int lines) {
        SplittableRandom random = new SplittableRandom(7 + number);
        Watched at = Records.watched(ACCOUNT.value(), 1);
        Origin origin = new Origin(REGION, new NodeId("node-" + number % 3));
        ByteArrayOutputStream text = new ByteArrayOutputStream(80 << 20);
        text.writeBytes((JoinedFormat.INSTANCE.header() + "\n").getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < lines; i++) {
            JoinedFormat.INSTANCE.lines(
                    record(at, random),
                    origin,
                    line -> text.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8)));
        }
        return text.toByteArray();
    }

    private static void put(Path directory, FileFormat format, int number, byte[] content)
            throws IOException {
        String name =
                ObjectKeys.folder(ACCOUNT, REGION, where(format), PERIOD)
                        + ObjectKeys.name(ACCOUNT, REGION, FLOW_LOG, PERIOD)
                        + "_%08x.log.%s"
                                .formatted(number, format == FileFormat.PARQUET ? "parquet" : "gz");
        Path file = directory.resolve(bucket(format)).resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
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
                        Optional.of(eip(random)),
                        port(random),
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

    private static Ipv4 eip(SplittableRandom random) {
        return new Ipv4(0xc6336400 + random.nextInt(EIPS));
    }

    private static int port(SplittableRandom random) {
        return 1024 + random.nextInt(64_512);
    }

    static Question question(SplittableRandom random) {
        return new Question(
                eip(random),
                port(random),
                Optional.of(Protocol.TCP),
                Optional.empty(),
                OptionalInt.empty(),
                Instant.ofEpochSecond(PERIOD + random.nextInt(SECONDS)),
                Question.A_SECOND);
    }

    /** The command line of a question, without where its records are. */
    static String options(Question question) {
        return "--eip %s --port %d --at %s --protocol %s --account %s --flow-log %s --region %s"
                .formatted(
                        question.eip(),
                        question.port(),
                        question.at(),
                        question.protocol().orElseThrow().toString().toLowerCase(Locale.ROOT),
                        ACCOUNT,
                        FLOW_LOG,
                        REGION);
    }
}
