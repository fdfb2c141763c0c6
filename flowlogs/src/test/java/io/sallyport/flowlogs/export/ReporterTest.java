package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.record.Leg;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReporterTest {

    private static final String START = "2 123456789012 eni-00000000000000001 ";

    private final Sample.Clock clock = new Sample.Clock();
    private FlowRing ring = new FlowRing(16);
    private String boot = "run-1";

    @TempDir Path directory;

    private Witnesses witnesses = Witnesses.NONE;

    /** Others that answer when the test says so. */
    private static final class Others implements Witnesses {
        final List<Silence> asked = new ArrayList<>();
        Consumer<Silence> nobodySaw = _ -> {};

        @Override
        public void ask(List<Silence> silences, Consumer<Silence> answer) {
            asked.addAll(silences);
            nobodySaw = answer;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(3);
        }
    }

    /** A process: opens the spool as it finds it. */
    private final class Process {
        final Gaps gaps = new Gaps();
        final Spool spool;
        final Reporter reporter;

        Process(long nowMillis) throws IOException {
            ExportSettings settings = Sample.settings(directory);
            clock.millis = nowMillis;
            Optional<Progress> former = Progress.read(directory);
            spool =
                    Spool.open(
                            settings,
                            new ExportCounters(),
                            clock,
                            gaps,
                            former.flatMap(Progress::ledger));
            reporter =
                    new Reporter(settings, boot, ring, spool, gaps, witnesses, former, nowMillis);
        }

        Process(long nowMillis, Subscription... subscriptions) throws IOException {
            this(nowMillis);
            reporter.subscriptions(List.of(subscriptions), nowMillis);
        }

        List<String> delivered() throws IOException {
            return Sample.deliver(spool).stream().map(it -> it.replace(START, "")).toList();
        }
    }

    private boolean offer(int port, long millis, boolean accepted) {
        return Records.offer(ring, 7, Leg.TO_REMOTE.bit(), port, millis, accepted);
    }

    private static String line(int port, long second, String action) {
        return "10.0.0.220 203.0.113.5 "
                + port
                + " 443 6 2 120 "
                + second
                + " "
                + second
                + " "
                + action
                + " OK";
    }

    @Test
    void aPeriodsFileHoldsTheRecordsThatEndInIt() throws IOException {
        Process process = new Process(840_000, Sample.SUBSCRIPTION);
        offer(5000, 850_000, true);
        offer(5000, 910_000, true);
        process.reporter.turn(901_900);
        assertThat(process.delivered()).isEmpty();
        process.reporter.turn(902_000);
        assertThat(process.delivered()).containsExactly(line(5000, 850, "ACCEPT"));
        process.reporter.turn(1_202_000);
        assertThat(process.delivered())
                .containsExactly(
                        line(5000, 910, "ACCEPT"),
                        "- - - - - - - 960 1019 - NODATA",
                        "- - - - - - - 1020 1079 - NODATA",
                        "- - - - - - - 1080 1139 - NODATA",
                        "- - - - - - - 1140 1199 - NODATA");
    }

    @Test
    void eachSubscriptionGetsTheTrafficThatItWants() throws IOException {
        FlowLogId refused = new FlowLogId("fl-00000000000000002");
        Process process =
                new Process(
                        840_000,
                        Sample.subscription(Sample.FLOW_LOG, TrafficKind.ACCEPT),
                        Sample.subscription(refused, TrafficKind.REJECT));
        offer(5000, 850_000, true);
        offer(5001, 850_000, false);
        process.reporter.turn(902_000);
        assertThat(process.delivered()).containsExactly(line(5000, 850, "ACCEPT"));
        SegmentHeader other = process.spool.claim(refused).orElseThrow();
        assertThat(process.spool.text(other))
                .asString()
                .endsWith("\n" + START + line(5001, 850, "REJECT") + "\n");
    }

    @Test
    void aLongWindowIsOneRecordAndItsFilesWaitForIt() throws IOException {
        FlowLogId slow = new FlowLogId("fl-00000000000000003");
        Process process =
                new Process(
                        600_000, Sample.subscription(slow, TrafficKind.ALL, AwsFormat.DEFAULT, 10));
        offer(5000, 650_000, true);
        offer(5000, 1_190_000, true);
        process.reporter.turn(1_201_000);
        assertThat(process.spool.claim(slow)).isEmpty();
        process.reporter.turn(1_202_000);
        assertThat(process.spool.text(process.spool.claim(slow).orElseThrow()))
                .asString()
                .endsWith(
                        "\n"
                                + START
                                + "10.0.0.220 203.0.113.5 5000 443 6 4 240 650 1190 ACCEPT OK\n");
    }

    @Test
    void afterAKillALongWindowGoesOn() throws IOException {
        FlowLogId slow = new FlowLogId("fl-00000000000000003");
        Subscription subscription =
                Sample.subscription(slow, TrafficKind.ALL, AwsFormat.DEFAULT, 10);
        Process killed = new Process(600_000, subscription);
        offer(5000, 650_000, true);
        killed.reporter.turn(722_000); // two of the short windows are told meanwhile
        offer(5000, 730_000, true);
        killed.reporter.turn(731_000);
        Process next = new Process(750_000, subscription);
        next.reporter.finish(760_000);
        assertThat(next.spool.text(next.spool.claim(slow).orElseThrow()))
                .asString()
                .contains("5000 443 6 4 240 650 730 ACCEPT OK")
                .doesNotContain("SKIPDATA");
    }

    @Test
    void aFlowLogOfTwoGatewaysIsOneFileAndAGapIsToldOfBoth() throws IOException {
        Subscription second =
                new Subscription(
                        8,
                        Records.watched("123456789012", 2),
                        Sample.FLOW_LOG,
                        Sample.SUBSCRIPTION.destination(),
                        TrafficKind.ALL,
                        AwsFormat.DEFAULT,
                        1);
        Process process = new Process(840_000, Sample.SUBSCRIPTION, second);
        offer(5000, 850_000, true);
        process.gaps.lost(Sample.FLOW_LOG, new Gap(800, 810));
        process.reporter.turn(902_000);
        String other = "2 123456789012 eni-00000000000000002 ";
        assertThat(process.delivered())
                .containsExactlyInAnyOrder(
                        line(5000, 850, "ACCEPT"),
                        other + "- - - - - - - 840 899 - NODATA",
                        "- - - - - - - 800 810 - SKIPDATA",
                        other + "- - - - - - - 800 810 - SKIPDATA");
        process.reporter.finish(903_000);
        assertThat(process.delivered()).noneMatch(it -> it.endsWith("SKIPDATA"));
    }

    @Test
    void aFullRingIsToldAsAGap() throws IOException {
        Process process = new Process(840_000, Sample.SUBSCRIPTION);
        for (int i = 0; i < 17; i++) {
            assertThat(offer(5000, 850_000, true)).isEqualTo(i < 16);
        }
        process.reporter.turn(851_000);
        process.reporter.turn(902_000);
        assertThat(process.delivered())
                .containsExactly(
                        line(5000, 850, "ACCEPT").replace("2 120", "32 1920"),
                        "- - - - - - - 840 899 - SKIPDATA");
    }

    @Test
    void afterAKillEachCounterIsToldOnceWhereverItWas() throws IOException {
        Process killed = new Process(840_000, Sample.SUBSCRIPTION);
        offer(5000, 850_000, true);
        killed.reporter.turn(902_000); // in the spool
        offer(5001, 910_000, true);
        killed.reporter.turn(920_000); // in the journal
        offer(5002, 921_000, true); // in the ring

        Subscription renumbered =
                new Subscription(
                        3,
                        Sample.SUBSCRIPTION.watched(),
                        Sample.FLOW_LOG,
                        Sample.SUBSCRIPTION.destination(),
                        TrafficKind.ALL,
                        AwsFormat.DEFAULT,
                        1);
        Process early = new Process(940_000);
        early.reporter.turn(941_000); // killed before it heard of a subscription
        Process second = new Process(942_000, renumbered);
        second.reporter.turn(943_000);
        Process third = new Process(944_000, renumbered);
        Records.offer(ring, 3, Leg.TO_REMOTE.bit(), 5003, 945_000, true);
        third.reporter.turn(1_202_000);
        assertThat(third.delivered())
                .filteredOn(it -> !it.endsWith("NODATA"))
                .containsExactly(
                        line(5000, 850, "ACCEPT"),
                        line(5001, 910, "ACCEPT"),
                        line(5002, 921, "ACCEPT"),
                        line(5003, 945, "ACCEPT"));
    }

    @Test
    void aKillBetweenTheSpoolAndTheProgressTellsNothingTwice() throws IOException {
        Process killed = new Process(840_000, Sample.SUBSCRIPTION);
        offer(5000, 850_000, true);
        killed.reporter.turn(860_000);
        byte[] progress = Files.readAllBytes(directory.resolve("progress"));
        copy("windows-1", "kept-windows");
        copy("journal-1", "kept-journal");
        killed.reporter.turn(902_000);
        assertThat(killed.spool.bytes()).isPositive();
        copy("kept-windows", "windows-1");
        copy("kept-journal", "journal-1");
        Files.write(directory.resolve("progress"), progress);

        Process next = new Process(920_000, Sample.SUBSCRIPTION);
        next.reporter.turn(1_202_000);
        assertThat(next.delivered())
                .filteredOn(it -> !it.endsWith("NODATA"))
                .containsExactly(line(5000, 850, "ACCEPT"));
    }

    private void copy(String from, String to) throws IOException {
        Files.copy(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void whatDiedWithTheRingIsToldOfTheWindowsOfThatMoment() throws IOException {
        Process killed = new Process(840_000, Sample.SUBSCRIPTION);
        offer(5000, 850_000, true);
        killed.reporter.turn(902_000);
        offer(5001, 910_000, true);
        killed.reporter.turn(919_000);

        ring = new FlowRing(16);
        Process next = new Process(1_000_000, Sample.SUBSCRIPTION);
        next.reporter.turn(1_202_000);
        assertThat(next.delivered())
                .filteredOn(it -> !it.endsWith("NODATA"))
                .containsExactly(
                        line(5000, 850, "ACCEPT"),
                        line(5001, 910, "ACCEPT"),
                        "- - - - - - - 900 959 - SKIPDATA");
    }

    @Test
    void ofABoxThatWasGoneItsOpenWindowsAreToldAndOnlyThose() throws IOException {
        Process killed = new Process(840_000, Sample.SUBSCRIPTION);
        offer(5000, 850_000, true);
        killed.reporter.turn(902_000);
        offer(5001, 910_000, true);
        killed.reporter.turn(919_000);

        ring = new FlowRing(16);
        boot = "run-2";
        Files.write(directory.resolve("journal-2"), new byte[0]); // no disk had it yet
        Process next = new Process(5_000_000, Sample.SUBSCRIPTION);
        next.reporter.turn(5_102_000);
        next.reporter.turn(5_402_000);
        assertThat(next.delivered())
                .filteredOn(it -> !it.endsWith("NODATA"))
                .containsExactly(line(5000, 850, "ACCEPT"), "- - - - - - - 900 959 - SKIPDATA");
    }

    @Test
    void whatTheDiskOfABoxThatWasGoneHadIsToldToo() throws IOException {
        Process killed = new Process(840_000, Sample.SUBSCRIPTION);
        offer(5000, 850_000, true);
        killed.reporter.turn(901_000); // the window is over, and not told yet

        ring = new FlowRing(16);
        boot = "run-2";
        Process next = new Process(5_000_000, Sample.SUBSCRIPTION);
        next.reporter.turn(5_402_000);
        assertThat(next.delivered())
                .filteredOn(it -> !it.endsWith("NODATA"))
                .containsExactly(
                        line(5000, 850, "ACCEPT"),
                        "- - - - - - - 840 899 - SKIPDATA",
                        "- - - - - - - 900 959 - SKIPDATA");
    }

    @Test
    void aGapIsToldOnceAndSurvivesTheNextKill() throws IOException {
        new Process(840_000, Sample.SUBSCRIPTION);
        ring = new FlowRing(16);
        new Process(850_000, Sample.SUBSCRIPTION);
        ring = new FlowRing(16);
        Process third = new Process(870_000, Sample.SUBSCRIPTION);
        third.reporter.turn(902_000);
        assertThat(third.delivered()).containsExactly("- - - - - - - 840 899 - SKIPDATA");
        third.reporter.finish(1_000_000);
        assertThat(third.delivered()).noneMatch(it -> it.endsWith("SKIPDATA"));
        Process fourth = new Process(1_010_000, Sample.SUBSCRIPTION);
        fourth.reporter.finish(1_012_000);
        assertThat(fourth.delivered()).containsExactly("- - - - - - - 1010 1012 - NODATA");
    }

    @Test
    void aCleanStopTellsTheOpenWindowAndLeavesNoGap() throws IOException {
        Process process = new Process(840_000, Sample.SUBSCRIPTION);
        offer(5000, 850_000, true);
        process.reporter.finish(860_000);
        assertThat(process.delivered()).containsExactly(line(5000, 850, "ACCEPT"));
    }

    @Test
    void whatNobodySubscribedToIsForgotten() throws IOException {
        Process process = new Process(840_000);
        offer(5000, 850_000, true);
        process.reporter.turn(902_000);
        assertThat(process.spool.bytes()).isZero();
        assertThat(ring.lost()).isZero();
    }

    @Test
    void silenceIsWrittenWhereTheOthersAgreeAndFromWhenTheLastOfThemLooked() throws IOException {
        Others others = new Others();
        witnesses = others;
        Process process = new Process(840_000, Sample.SUBSCRIPTION);
        process.reporter.turn(902_000);
        Silence mine = new Silence(1, Sample.SUBSCRIPTION.watched().gateway(), 840, 899);
        assertThat(others.asked).containsExactly(mine);
        others.nobodySaw.accept(new Silence(1, mine.gateway(), 850, 899));
        process.reporter.turn(902_100);
        process.reporter.turn(904_900);
        assertThat(process.delivered()).as("who is asked may answer until then").isEmpty();
        process.reporter.turn(905_000);
        assertThat(process.delivered()).containsExactly("- - - - - - - 850 899 - NODATA");
    }

    @Test
    void silenceThatNobodyElseSaysOrTooLateIsNotWritten() throws IOException {
        Others others = new Others();
        witnesses = others;
        Process process = new Process(840_000, Sample.SUBSCRIPTION);
        process.reporter.turn(905_000);
        others.nobodySaw.accept(others.asked.getFirst());
        process.reporter.turn(905_100);
        process.reporter.turn(1_205_000);
        assertThat(process.delivered()).isEmpty();
    }

    @Test
    void whoSawAPacketOrLostACounterAsksNobody() throws IOException {
        Others others = new Others();
        witnesses = others;
        Process process = new Process(840_000, Sample.SUBSCRIPTION);
        offer(5000, 850_000, true);
        process.reporter.turn(902_000);
        assertThat(others.asked).isEmpty();
        process.reporter.turn(962_000);
        assertThat(others.asked).hasSize(1);
    }
}
