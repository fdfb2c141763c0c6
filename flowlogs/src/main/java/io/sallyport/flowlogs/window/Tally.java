package io.sallyport.flowlogs.window;

import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Tuple;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What one interface saw in one window. */
final class Tally {

    /**
     * One direction of a connection, or of what was refused for one reason. Addresses that are not
     * known are 0, 0.
     */
    record Flow(
            long clientHigh,
            long clientLow,
            long eipHigh,
            long eipLow,
            long remoteHigh,
            long remoteLow,
            int clientPort,
            int natPort,
            int remotePort,
            int protocol,
            int legs,
            boolean accepted,
            int reason) {

        static Flow of(FlowSample sample) {
            return new Flow(
                    sample.clientHigh,
                    sample.clientLow,
                    sample.eipHigh,
                    sample.eipLow,
                    sample.remoteHigh,
                    sample.remoteLow,
                    sample.clientPort,
                    sample.natPort,
                    sample.remotePort,
                    sample.protocol,
                    sample.legs,
                    sample.accepted,
                    sample.reason);
        }

        private Tuple tuple() {
            return new Tuple(
                    new Protocol(protocol),
                    address(clientHigh, clientLow),
                    clientPort,
                    address(eipHigh, eipLow),
                    natPort,
                    address(remoteHigh, remoteLow),
                    remotePort);
        }

        private static Optional<IpAddress> address(long high, long low) {
            return (high | low) == 0 ? Optional.empty() : Optional.of(IpAddress.of(high, low));
        }

        private void save(DataOutput out) throws IOException {
            out.writeLong(clientHigh);
            out.writeLong(clientLow);
            out.writeLong(eipHigh);
            out.writeLong(eipLow);
            out.writeLong(remoteHigh);
            out.writeLong(remoteLow);
            out.writeShort(clientPort);
            out.writeShort(natPort);
            out.writeShort(remotePort);
            out.writeByte(protocol);
            out.writeByte(legs);
            out.writeBoolean(accepted);
            out.writeByte(reason);
        }

        private static Flow load(DataInput in) throws IOException {
            return new Flow(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readUnsignedShort(),
                    in.readUnsignedShort(),
                    in.readUnsignedShort(),
                    in.readUnsignedByte(),
                    in.readUnsignedByte(),
                    in.readBoolean(),
                    in.readUnsignedByte());
        }
    }

    private static final class Sum {
        private long packets;
        private long bytes;
        private long firstMillis = Long.MAX_VALUE;
        private long lastMillis = Long.MIN_VALUE;
        private int tcpFlags;
        private long openedMillis;
        private int ended;
    }

    private final Map<Flow, Sum> flows = new LinkedHashMap<>();
    private long packets;
    private boolean skipped;

    boolean knows(Flow flow) {
        return flows.containsKey(flow);
    }

    void add(Flow flow, FlowSample more) {
        Sum sum = flows.computeIfAbsent(flow, _ -> new Sum());
        sum.packets += more.packets;
        sum.bytes += more.bytes;
        sum.firstMillis = Math.min(sum.firstMillis, more.firstMillis);
        sum.lastMillis = Math.max(sum.lastMillis, more.lastMillis);
        sum.tcpFlags |= more.tcpFlags;
        // A tuple may be used anew within a window: the first opening and the last end are told.
        sum.openedMillis =
                sum.openedMillis == 0
                        ? more.openedMillis
                        : Math.min(sum.openedMillis, more.openedMillis);
        sum.ended = more.ended;
        packets += more.packets;
    }

    void skip() {
        skipped = true;
    }

    void save(DataOutput out) throws IOException {
        out.writeBoolean(skipped);
        out.writeInt(flows.size());
        for (Map.Entry<Flow, Sum> entry : flows.entrySet()) {
            Sum sum = entry.getValue();
            entry.getKey().save(out);
            out.writeLong(sum.packets);
            out.writeLong(sum.bytes);
            out.writeLong(sum.firstMillis);
            out.writeLong(sum.lastMillis);
            out.writeShort(sum.tcpFlags);
            out.writeLong(sum.openedMillis);
            out.writeByte(sum.ended);
        }
    }

    /** What {@link #save} wrote. */
    static Tally load(DataInput in) throws IOException {
        Tally tally = new Tally();
        tally.skipped = in.readBoolean();
        FlowSample sum = new FlowSample();
        for (int i = in.readInt(); i > 0; i--) {
            Flow flow = Flow.load(in);
            sum.counted(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readUnsignedShort());
            sum.openedMillis = in.readLong();
            sum.ended = in.readUnsignedByte();
            tally.add(flow, sum);
        }
        return tally;
    }

    int size() {
        return flows.size();
    }

    /** Tells everything; times are held within the window, since a late counter is told there. */
    void tell(Watched watched, long startSeconds, long endSeconds, Consumer<FlowRecord> out) {
        flows.forEach((flow, sum) ->
                out.accept(
                        new FlowRecord.Traffic(
                                watched,
                                flow.tuple(),
                                flow.legs,
                                flow.accepted ? Action.ACCEPT : Action.REJECT,
                                flow.reason,
                                sum.packets,
                                sum.bytes,
                                within(sum.firstMillis, startSeconds, endSeconds),
                                within(sum.lastMillis, startSeconds, endSeconds),
                                sum.firstMillis,
                                sum.lastMillis,
                                sum.tcpFlags,
                                sum.openedMillis,
                                Ended.of(sum.ended))));
        if (skipped) {
            out.accept(new FlowRecord.SkipData(watched, startSeconds, endSeconds));
        } else if (packets == 0) {
            out.accept(new FlowRecord.NoData(watched, startSeconds, endSeconds));
        }
    }

    private static long within(long millis, long startSeconds, long endSeconds) {
        return Math.clamp(Math.floorDiv(millis, 1000L), startSeconds, endSeconds);
    }
}
