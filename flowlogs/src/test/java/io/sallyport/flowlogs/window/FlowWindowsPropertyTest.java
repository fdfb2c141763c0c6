package io.sallyport.flowlogs.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.format.Origin;
import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Leg;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.flowlogs.record.Tuple;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Against the naive way: keep every counter, and group them when all is over. */
class FlowWindowsPropertyTest {

    private record Counter(
            int gateway,
            int source,
            int target,
            int port,
            boolean accepted,
            long packets,
            long bytes,
            long first,
            long last,
            int flags) {

        FlowSample sample() {
            FlowSample sample = new FlowSample();
            sample.gateway = gateway;
            sample.legs = Leg.TO_REMOTE.bit();
            sample.protocol = 17;
            sample.eip(0, new Ipv4(source).low(), port);
            sample.remote(0, new Ipv4(target).low(), port);
            sample.counted(packets, bytes, first, last, flags);
            sample.accepted = accepted;
            sample.openedMillis = first;
            return sample;
        }
    }

    private static final Origin ORIGIN = new Origin("us-east-1", new NodeId("node-1"));
    private static final Map<Integer, Watched> WATCHED =
            Map.of(1, Records.watched("111111111111", 1), 2, Records.watched("222222222222", 2));

    @Test
    void saysTheSameAsGroupingAllCountersAtTheEnd() {
        long seed = new Random().nextLong();
        for (int round = 0; round < 200; round++) {
            compare(seed + round);
        }
    }

    private static void compare(long seed) {
        Random random = new Random(seed);
        int seconds = 1 + random.nextInt(90);
        long window = seconds * 1000L;
        long start = window * (1000 + random.nextInt(1000));
        long end = start + window * (1 + random.nextInt(6));
        List<Counter> counters = new ArrayList<>();
        for (long now = start; now < end; now += random.nextLong(1 + window / 5)) {
            long first = Math.max(start, now - random.nextLong(900));
            counters.add(
                    new Counter(
                            1 + random.nextInt(3),
                            random.nextInt(3),
                            random.nextInt(3),
                            random.nextInt(2),
                            random.nextInt(4) > 0,
                            random.nextInt(100),
                            random.nextInt(100_000),
                            first,
                            first + random.nextLong(now - first + 1),
                            random.nextInt(64)));
        }

        List<FlowRecord> told = new ArrayList<>();
        FlowWindows windows = new FlowWindows(Duration.ofSeconds(seconds), 10_000, start);
        windows.watch(WATCHED, start);
        for (Counter counter : counters) {
            windows.accept(counter.sample());
            windows.close(counter.last - 2000, (_, record) -> told.add(record));
        }
        windows.close(end, (_, record) -> told.add(record));

        assertThat(lines(told))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(naive(counters, window, start, end));
    }

    private static List<String> lines(List<FlowRecord> records) {
        List<String> lines = new ArrayList<>();
        records.forEach(record -> JoinedFormat.INSTANCE.lines(record, ORIGIN, lines::add));
        return lines;
    }

    private static List<String> naive(List<Counter> counters, long window, long start, long end) {
        List<String> lines = new ArrayList<>();
        LongStream.iterate(start, it -> it < end, it -> it + window)
                .forEach(from -> {
                    for (int gateway : WATCHED.keySet()) {
                        List<Counter> here =
                                counters.stream()
                                        .filter(it ->
                                                it.gateway == gateway
                                                        && it.last >= from
                                                        && it.last < from + window)
                                        .toList();
                        lines.addAll(naive(here, gateway, from / 1000, window / 1000));
                    }
                });
        return lines;
    }

    private static List<String> naive(List<Counter> here, int gateway, long from, long length) {
        Watched watched = Objects.requireNonNull(WATCHED.get(gateway));
        List<FlowRecord> records = new ArrayList<>();
        here.stream()
                .collect(
                        Collectors.groupingBy(
                                it -> List.of(it.source, it.target, it.port, it.accepted)))
                .values()
                .forEach(flow -> records.add(naive(flow, watched, from)));
        if (here.stream().mapToLong(Counter::packets).sum() == 0) {
            records.add(new FlowRecord.NoData(watched, from, from + length - 1));
        }
        return lines(records);
    }

    private static FlowRecord naive(List<Counter> flow, Watched watched, long from) {
        Counter one = flow.getFirst();
        long first = flow.stream().mapToLong(Counter::first).min().orElseThrow();
        long last = flow.stream().mapToLong(Counter::last).max().orElseThrow();
        return new FlowRecord.Traffic(
                watched,
                new Tuple(
                        Protocol.UDP,
                        Optional.empty(),
                        0,
                        Optional.of(new Ipv4(one.source)),
                        one.port,
                        Optional.of(new Ipv4(one.target)),
                        one.port),
                Leg.TO_REMOTE.bit(),
                one.accepted ? Action.ACCEPT : Action.REJECT,
                0,
                flow.stream().mapToLong(Counter::packets).sum(),
                flow.stream().mapToLong(Counter::bytes).sum(),
                Math.max(from, first / 1000),
                last / 1000,
                first,
                last,
                flow.stream().mapToInt(Counter::flags).reduce(0, (a, b) -> a | b),
                first,
                Ended.NOT);
    }
}
