package io.sallyport.flowlogs.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.format.Origin;
import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Leg;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.ids.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowWindowsTest {

    private static final Watched FIRST = Records.watched("111111111111", 1);
    private static final Watched SECOND = Records.watched("222222222222", 2);
    private static final Origin ORIGIN = new Origin("us-east-1", new NodeId("node-1"));

    private final List<String> told = new ArrayList<>();

    private void tell(int gateway, FlowRecord record) {
        AwsFormat.DEFAULT.lines(
                record,
                ORIGIN,
                line -> told.add(gateway + " " + line.replaceFirst("2 [0-9]+ eni-0+", "eni-")));
    }

    private static FlowWindows windows(int flowsMax, Map<Integer, Watched> watched) {
        FlowWindows windows = new FlowWindows(Duration.ofSeconds(60), flowsMax, 600_000);
        windows.watch(watched, 600_000);
        return windows;
    }

    private static void count(
            FlowWindows windows, int gateway, int port, long packets, long first, long last) {
        windows.accept(
                Records.sample(
                        gateway,
                        Leg.FROM_CLIENT.bit(),
                        port,
                        packets,
                        packets * 100,
                        first,
                        last,
                        true));
    }

    @Test
    void addsUpTheCountersOfOneFlowInOneWindow() {
        FlowWindows windows = windows(100, Map.of(7, FIRST));
        count(windows, 7, 5000, 1, 601_000, 601_500);
        count(windows, 7, 5000, 2, 630_000, 630_900);
        count(windows, 7, 5001, 4, 640_000, 640_000);
        windows.close(659_999, this::tell);
        assertThat(told).isEmpty();
        windows.close(660_000, this::tell);
        assertThat(told)
                .containsExactly(
                        "7 eni-1 10.0.1.5 10.0.0.220 5000 443 6 3 300 601 630 ACCEPT OK",
                        "7 eni-1 10.0.1.5 10.0.0.220 5001 443 6 4 400 640 640 ACCEPT OK");
        assertThat(windows.toldUntilMillis()).isEqualTo(660_000);
    }

    @Test
    void tellsSilencePerInterfaceAndWindow() {
        FlowWindows windows = windows(100, Map.of(7, FIRST, 8, SECOND));
        count(windows, 8, 5000, 1, 661_000, 661_000);
        windows.close(720_000, this::tell);
        assertThat(told)
                .containsExactly(
                        "7 eni-1 - - - - - - - 600 659 - NODATA",
                        "8 eni-2 - - - - - - - 600 659 - NODATA",
                        "7 eni-1 - - - - - - - 660 719 - NODATA",
                        "8 eni-2 10.0.1.5 10.0.0.220 5000 443 6 1 100 661 661 ACCEPT OK");
    }

    @Test
    void tellsALossBesideWhatWasCounted() {
        FlowWindows windows = windows(100, Map.of(7, FIRST, 8, SECOND));
        count(windows, 7, 5000, 1, 601_000, 601_000);
        windows.lost(7, 630_000);
        windows.close(660_000, this::tell);
        assertThat(told)
                .containsExactly(
                        "7 eni-1 10.0.1.5 10.0.0.220 5000 443 6 1 100 601 601 ACCEPT OK",
                        "7 eni-1 - - - - - - - 600 659 - SKIPDATA",
                        "8 eni-2 - - - - - - - 600 659 - NODATA");
    }

    @Test
    void aLossJustAfterAWindowsEndMarksBothWindows() {
        FlowWindows windows = windows(100, Map.of(7, FIRST));
        windows.lost(7, 660_300);
        windows.close(720_000, this::tell);
        assertThat(told)
                .containsExactly(
                        "7 eni-1 - - - - - - - 600 659 - SKIPDATA",
                        "7 eni-1 - - - - - - - 660 719 - SKIPDATA");
    }

    @Test
    void aLateCounterIsToldInTheOldestOpenWindow() {
        FlowWindows windows = windows(100, Map.of(7, FIRST));
        windows.close(660_000, this::tell);
        told.clear();
        count(windows, 7, 5000, 5, 650_000, 659_000);
        windows.close(720_000, this::tell);
        assertThat(told)
                .containsExactly("7 eni-1 10.0.1.5 10.0.0.220 5000 443 6 5 500 660 660 ACCEPT OK");
    }

    @Test
    void flowsBeyondTheBoundAreAGapAndKnownFlowsGoOn() {
        FlowWindows windows = windows(1, Map.of(7, FIRST));
        count(windows, 7, 5000, 1, 601_000, 601_000);
        count(windows, 7, 5001, 1, 601_000, 601_000);
        count(windows, 7, 5000, 1, 602_000, 602_000);
        windows.close(660_000, this::tell);
        assertThat(told)
                .containsExactly(
                        "7 eni-1 10.0.1.5 10.0.0.220 5000 443 6 2 200 601 602 ACCEPT OK",
                        "7 eni-1 - - - - - - - 600 659 - SKIPDATA");
        assertThat(windows.overflowed()).isEqualTo(1);
        told.clear();
        count(windows, 7, 5001, 1, 661_000, 661_000);
        windows.close(720_000, this::tell);
        assertThat(told).hasSize(1).first().asString().endsWith("ACCEPT OK");
    }

    @Test
    void speaksOnlyOfTheTimeSinceItWatches() {
        FlowWindows windows = windows(100, Map.of(7, FIRST));
        windows.watch(Map.of(7, FIRST, 8, SECOND), 620_500);
        windows.close(660_000, this::tell);
        assertThat(told)
                .containsExactly(
                        "7 eni-1 - - - - - - - 600 659 - NODATA",
                        "8 eni-2 - - - - - - - 620 659 - NODATA");
        told.clear();
        count(windows, 7, 5000, 1, 661_000, 661_000);
        windows.watch(Map.of(8, SECOND), 670_000);
        windows.close(720_000, this::tell);
        assertThat(told).containsExactly("8 eni-2 - - - - - - - 660 719 - NODATA");
    }

    @Test
    void anEndWithoutPacketsIsARecordAndStillSilence() {
        List<FlowRecord> records = new ArrayList<>();
        FlowWindows windows = windows(100, Map.of(7, FIRST));
        count(windows, 7, 5000, 1, 601_000, 601_000);
        FlowSample end = Records.sample(7, Records.OUTWARD, 5001, 0, 0, 661_000, 661_000, true);
        end.openedMillis = 601_000;
        end.ended = Ended.RST.ordinal();
        windows.accept(end);
        windows.close(720_000, (_, record) -> records.add(record));
        assertThat(records).hasSize(3);
        assertThat(records.get(1))
                .isInstanceOfSatisfying(
                        FlowRecord.Traffic.class,
                        traffic -> {
                            assertThat(traffic.ended()).isEqualTo(Ended.RST);
                            assertThat(traffic.openedMillis()).isEqualTo(601_000);
                            assertThat(traffic.packets()).isZero();
                        });
        assertThat(records.get(2)).isInstanceOf(FlowRecord.NoData.class);
    }

    @Test
    void aClockSetFarForwardIsOneSilence() {
        FlowWindows windows = windows(100, Map.of(7, FIRST));
        count(windows, 7, 5000, 1, 601_000, 601_000);
        windows.close(600_000 + 86_400_000L * 365, this::tell);
        assertThat(told)
                .containsExactly(
                        "7 eni-1 10.0.1.5 10.0.0.220 5000 443 6 1 100 601 601 ACCEPT OK",
                        "7 eni-1 - - - - - - - 660 31536599 - NODATA");
    }

    @Test
    void aFlushTellsTheOpenWindowAsFarAsItWent() {
        FlowWindows windows = windows(100, Map.of(7, FIRST, 8, SECOND));
        count(windows, 7, 5000, 1, 601_000, 601_000);
        windows.flush(630_000, this::tell);
        assertThat(told)
                .containsExactly(
                        "7 eni-1 10.0.1.5 10.0.0.220 5000 443 6 1 100 601 601 ACCEPT OK",
                        "8 eni-2 - - - - - - - 600 630 - NODATA");
    }
}
