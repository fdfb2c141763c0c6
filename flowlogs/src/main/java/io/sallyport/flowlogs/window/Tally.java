package io.sallyport.flowlogs.window;

import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What one interface saw in one window. */
final class Tally {

    /** A direction of a connection is a flow of its own: its addresses are the other way round. */
    record Flow(
            long sourceHigh,
            long sourceLow,
            long targetHigh,
            long targetLow,
            int sourcePort,
            int targetPort,
            int protocol,
            boolean accepted) {}

    private static final class Sum {
        private long packets;
        private long bytes;
        private long firstMillis = Long.MAX_VALUE;
        private long lastMillis = Long.MIN_VALUE;
        private int tcpFlags;
    }

    private final Map<Flow, Sum> flows = new LinkedHashMap<>();
    private boolean skipped;

    boolean knows(Flow flow) {
        return flows.containsKey(flow);
    }

    void add(Flow flow, long packets, long bytes, long firstMillis, long lastMillis, int tcpFlags) {
        Sum sum = flows.computeIfAbsent(flow, _ -> new Sum());
        sum.packets += packets;
        sum.bytes += bytes;
        sum.firstMillis = Math.min(sum.firstMillis, firstMillis);
        sum.lastMillis = Math.max(sum.lastMillis, lastMillis);
        sum.tcpFlags |= tcpFlags;
    }

    void skip() {
        skipped = true;
    }

    int size() {
        return flows.size();
    }

    /** Tells everything; times are held within the window, since a late counter is told there. */
    void tell(Watched watched, long startSeconds, long endSeconds, Consumer<FlowRecord> out) {
        flows.forEach((flow, sum) ->
                out.accept(
                        new FlowRecord.Traffic(
                                watched.account(),
                                watched.networkInterface(),
                                IpAddress.of(flow.sourceHigh, flow.sourceLow),
                                IpAddress.of(flow.targetHigh, flow.targetLow),
                                flow.sourcePort,
                                flow.targetPort,
                                new Protocol(flow.protocol),
                                sum.packets,
                                sum.bytes,
                                within(sum.firstMillis, startSeconds, endSeconds),
                                within(sum.lastMillis, startSeconds, endSeconds),
                                flow.accepted ? Action.ACCEPT : Action.REJECT,
                                sum.tcpFlags)));
        if (skipped) {
            out.accept(
                    new FlowRecord.SkipData(
                            watched.account(),
                            watched.networkInterface(),
                            startSeconds,
                            endSeconds));
        } else if (flows.isEmpty()) {
            out.accept(
                    new FlowRecord.NoData(
                            watched.account(),
                            watched.networkInterface(),
                            startSeconds,
                            endSeconds));
        }
    }

    private static long within(long millis, long startSeconds, long endSeconds) {
        return Math.clamp(Math.floorDiv(millis, 1000L), startSeconds, endSeconds);
    }
}
