package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.FlowLogId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveriesTest {

    /** A bucket by hand: refuses when told to, with or without having kept the object. */
    private static final class Bucket implements ObjectSink {
        final Map<String, byte[]> objects = new HashMap<>();
        final List<String> tries = new ArrayList<>();
        final Set<String> refused = new HashSet<>();
        boolean loseAnswers;

        @Override
        public void put(String bucket, String key, String contentType, byte[] content)
                throws NotDelivered {
            tries.add(key);
            for (String part : refused) {
                if (key.contains(part)) {
                    if (loseAnswers) {
                        objects.put(key, content);
                    }
                    throw new NotDelivered("503 SlowDown: later", new IOException("refused"));
                }
            }
            objects.put(key, content);
        }

        @Override
        public void close() {}
    }

    private final Sample.Clock clock = new Sample.Clock();
    private final ExportCounters counters = new ExportCounters();
    private final Bucket bucket = new Bucket();
    private Spool spool;
    private Deliveries deliveries;

    @TempDir Path directory;

    @BeforeEach
    void open() throws IOException {
        spool = Spool.open(Sample.settings(directory), counters, clock, new Sample.Heard());
        deliveries = new Deliveries(spool, bucket, counters, clock, new Random(1));
    }

    private void seal(FlowLogId flowLog, long seconds, String line) {
        spool.append(Sample.subscription(flowLog, TrafficKind.ALL), seconds, line);
        spool.sealUntil(Long.MAX_VALUE);
        spool.told();
    }

    private void turn() {
        deliveries.turn(Runnable::run);
    }

    @Test
    void writesOneCompressedTextPerFileAndForgetsIt() throws IOException {
        seal(Sample.FLOW_LOG, 700, "a line");
        turn();
        turn();
        assertThat(bucket.tries).hasSize(1);
        byte[] object = bucket.objects.values().iterator().next();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(object))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("version account-id ")
                    .endsWith("log-status\na line\n");
        }
        assertThat(spool.bytes()).isZero();
        assertThat(counters.uploads()).isEqualTo(1);
    }

    @Test
    void waitsLongerAfterEachFailureAndSaysWhy() {
        seal(Sample.FLOW_LOG, 700, "a line");
        bucket.refused.add("fl-");
        List<Long> triedAt = new ArrayList<>();
        for (int tries = 0; triedAt.size() < 10; clock.millis += 50) {
            turn();
            if (bucket.tries.size() > tries) {
                tries = bucket.tries.size();
                triedAt.add(clock.millis);
            }
        }
        for (int i = 1; i < triedAt.size(); i++) {
            long whole = Math.min(60_000, 1000L << (i - 1));
            assertThat(triedAt.get(i) - triedAt.get(i - 1)).isBetween(whole / 2, whole + 50);
        }
        assertThat(deliveries.status().get(Sample.FLOW_LOG))
                .isInstanceOfSatisfying(
                        DeliveryStatus.Failed.class,
                        it -> {
                            assertThat(it.reason()).isEqualTo("503 SlowDown: later");
                            assertThat(it.attempts()).isEqualTo(10);
                            assertThat(it.nextAttempt()).isAfter(clock.instant());
                        });
        assertThat(counters.failures()).isEqualTo(10);
        bucket.refused.clear();
        clock.millis += 60_000;
        turn();
        assertThat(bucket.objects).hasSize(1);
        assertThat(deliveries.status().get(Sample.FLOW_LOG))
                .isEqualTo(new DeliveryStatus.Success());
    }

    @Test
    void anAnswerThatWasLostLeadsToTheSameObjectAgain() {
        seal(Sample.FLOW_LOG, 700, "a line");
        bucket.refused.add("fl-");
        bucket.loseAnswers = true;
        turn();
        bucket.refused.clear();
        clock.millis += 1000;
        turn();
        assertThat(bucket.tries).hasSize(2);
        assertThat(bucket.objects).hasSize(1);
        assertThat(spool.bytes()).isZero();
    }

    @Test
    void aDestinationThatFailsKeepsNobodyElseWaiting() {
        FlowLogId other = new FlowLogId("fl-00000000000000002");
        bucket.refused.add(Sample.FLOW_LOG.value());
        for (int i = 0; i < 3; i++) {
            seal(Sample.FLOW_LOG, 700 + i, "mine");
            seal(other, 700 + i, "other's");
        }
        turn();
        assertThat(bucket.objects.keySet()).hasSize(3).allMatch(it -> it.contains(other.value()));
        assertThat(spool.waiting()).containsExactly(Sample.FLOW_LOG);
    }

    @Test
    void theLastTurnAsksThoseToThatWait() {
        seal(Sample.FLOW_LOG, 700, "a line");
        bucket.refused.add("fl-");
        turn();
        bucket.refused.clear();
        turn();
        assertThat(bucket.objects).isEmpty();
        deliveries.lastTurn(Runnable::run);
        assertThat(bucket.objects).hasSize(1);
    }
}
