package io.sallyport.flowlogs.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.format.DefaultFormat;
import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
            int flags) {}

    private static final Map<Integer, Watched> WATCHED =
            Map.of(
                    1,
                    new Watched(
                            new TenantId("111111111111"), new InterfaceId("eni-00000000000000001")),
                    2,
                    new Watched(
                            new TenantId("222222222222"),
                            new InterfaceId("eni-00000000000000002")));

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
            windows.accept(
                    counter.gateway,
                    0,
                    0,
                    new Ipv4(counter.source).low(),
                    counter.port,
                    0,
                    new Ipv4(counter.target).low(),
                    counter.port,
                    17,
                    counter.packets,
                    counter.bytes,
                    counter.first,
                    counter.last,
                    counter.flags,
                    counter.accepted);
            windows.close(counter.last - 2000, (_, record) -> told.add(record));
        }
        windows.close(end, (_, record) -> told.add(record));

        assertThat(told.stream().map(DefaultFormat::line))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(naive(counters, window, start, end));
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
        if (here.isEmpty()) {
            return List.of(
                    DefaultFormat.line(
                            new FlowRecord.NoData(
                                    watched.account(),
                                    watched.networkInterface(),
                                    from,
                                    from + length - 1)));
        }
        return here.stream()
                .collect(
                        Collectors.groupingBy(
                                it -> List.of(it.source, it.target, it.port, it.accepted)))
                .values()
                .stream()
                .map(flow ->
                        DefaultFormat.line(
                                new FlowRecord.Traffic(
                                        watched.account(),
                                        watched.networkInterface(),
                                        new Ipv4(flow.getFirst().source),
                                        new Ipv4(flow.getFirst().target),
                                        flow.getFirst().port,
                                        flow.getFirst().port,
                                        Protocol.UDP,
                                        flow.stream().mapToLong(Counter::packets).sum(),
                                        flow.stream().mapToLong(Counter::bytes).sum(),
                                        Math.max(
                                                from,
                                                flow.stream()
                                                                .mapToLong(Counter::first)
                                                                .min()
                                                                .orElseThrow()
                                                        / 1000),
                                        flow.stream().mapToLong(Counter::last).max().orElseThrow()
                                                / 1000,
                                        flow.getFirst().accepted ? Action.ACCEPT : Action.REJECT,
                                        0)))
                .toList();
    }
}
