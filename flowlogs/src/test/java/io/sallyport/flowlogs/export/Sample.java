package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.format.RecordFormat;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.NodeId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the tests of this room share: one tenant's subscription, settings, a clock to be set. */
final class Sample {

    static final FlowLogId FLOW_LOG = new FlowLogId("fl-00000000000000001");
    static final Subscription SUBSCRIPTION = subscription(FLOW_LOG, TrafficKind.ALL);

    static Subscription subscription(FlowLogId flowLog, TrafficKind kind) {
        return subscription(flowLog, kind, AwsFormat.DEFAULT, 1);
    }

    static Subscription subscription(
            FlowLogId flowLog, TrafficKind kind, RecordFormat format, int minutes) {
        return new Subscription(
                7,
                Records.watched("123456789012", 1),
                flowLog,
                new Destination("bucket", "logs/", FileFormat.PLAIN_TEXT, false, false),
                kind,
                format,
                minutes);
    }

    static ExportSettings settings(Path spool) {
        return settings(spool, 1 << 26, "http://127.0.0.1:1", "secret");
    }

    static ExportSettings settings(Path spool, long bytesMax, String endpoint, String secret) {
        return new ExportSettings(
                new NodeId("node-1"),
                spool,
                "us-east-1",
                new S3Settings(
                        Optional.of(URI.create(endpoint)),
                        "us-east-1",
                        "local",
                        secret,
                        true,
                        false),
                Duration.ofSeconds(60),
                Duration.ofSeconds(300),
                bytesMax);
    }

    /** A clock that stands still until it is set. */
    static final class Clock implements InstantSource {
        volatile long millis = 600_000;

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }

    /** Remembers the gaps that it hears of. */
    static final class Heard implements Spool.Losses {
        final List<Gap> gaps = new ArrayList<>();

        @Override
        public void lost(FlowLogId flowLog, Gap gap) {
            gaps.add(gap);
        }
    }

    /** The lines of all sealed files of the one flow log, oldest file first, header left out. */
    static List<String> deliver(Spool spool) throws IOException {
        List<String> lines = new ArrayList<>();
        spool.told();
        Optional<SegmentHeader> next = spool.claim(FLOW_LOG);
        while (next.isPresent()) {
            List<String> text =
                    new String(spool.text(next.get()), StandardCharsets.UTF_8).lines().toList();
            lines.addAll(text.subList(1, text.size()));
            spool.delivered(next.get());
            next = spool.claim(FLOW_LOG);
        }
        return lines;
    }

    private Sample() {}
}
