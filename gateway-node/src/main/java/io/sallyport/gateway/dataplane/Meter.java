package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.wire.HotPath;
import java.util.Arrays;

/**
 * Walks the table, a sixteenth at a time, and gives what was counted since its last visit, by
 * whatever path, to the gateways' counters and the flow sink: a direction's packets show on both
 * sides of the gateway (legs 0 and 1, or 2 and 3). A connection's end is told once, also where
 * nothing was counted since.
 */
@HotPath
final class Meter {

    private static final int PARTS = 16;
    private static final long STEP_NANOS = 60_000_000L;

    /** A tick of {@link #createdTicks} is 2 to the power of this in nanoseconds: 17 ms. */
    private static final int TICK_BITS = 24;

    private static final int SMALLEST = 1024;
    private static final long BYTES_MASK = (1L << 48) - 1;

    private final ConnectionTable table;
    private final FlowSink sink;
    private final RejectSamples rejects;
    private final Counters counters;

    /** By slot and direction; of packets the low half, which no pass goes around. */
    private int[] toldPackets = new int[0];

    /** The same of bytes, in two parts: 48 bits, which no pass goes around either. */
    private int[] toldBytesLow = new int[0];

    private char[] toldBytesHigh = new char[0];

    /** By slot, in ticks since {@link #beginNanos}, as unsigned numbers: enough for two years. */
    private int[] createdTicks = new int[0];

    private long beginNanos;
    private boolean begun;
    private final long[] passedNanos = new long[PARTS];
    final GatewayCounters gateways = new GatewayCounters();
    private long next = Long.MIN_VALUE;
    private int part;

    Meter(ConnectionTable table, FlowSink sink, RejectSamples rejects, Counters counters) {
        this.table = table;
        this.sink = sink;
        this.rejects = rejects;
        this.counters = counters;
        size(Math.min(SMALLEST, table.capacity() + 1));
    }

    /** Room for so many slots: there are as many as were ever used at once, and some more. */
    private void size(int slots) {
        toldPackets = Arrays.copyOf(toldPackets, 2 * slots);
        toldBytesLow = Arrays.copyOf(toldBytesLow, 2 * slots);
        toldBytesHigh = Arrays.copyOf(toldBytesHigh, 2 * slots);
        createdTicks = Arrays.copyOf(createdTicks, slots);
    }

    void created(int slot, long now) {
        createdNanos(slot, now);
        told(slot, true, 0, 0);
        told(slot, false, 0, 0);
    }

    /** A former life has told of what it counted. */
    void adopted(int slot, long now) {
        createdNanos(slot, now);
        told(slot, true, table.packets(slot, true), table.bytes(slot, true));
        told(slot, false, table.packets(slot, false), table.bytes(slot, false));
    }

    private void told(int slot, boolean outward, long packets, long bytes) {
        int at = at(slot, outward);
        toldPackets[at] = (int) packets;
        toldBytesLow[at] = (int) bytes;
        toldBytesHigh[at] = (char) (bytes >>> Integer.SIZE);
    }

    private long toldBytes(int at) {
        return (long) toldBytesHigh[at] << Integer.SIZE | Integer.toUnsignedLong(toldBytesLow[at]);
    }

    private static int at(int slot, boolean outward) {
        return 2 * slot + (outward ? 0 : 1);
    }

    /** Whether anything was counted. Of free slots nothing is, since their last visit. */
    private boolean hasNews(int slot) {
        return (int) table.packets(slot, true) != toldPackets[at(slot, true)]
                || (int) table.packets(slot, false) != toldPackets[at(slot, false)];
    }

    private void createdNanos(int slot, long now) {
        if (!begun) {
            begun = true;
            beginNanos = now;
        }
        if (slot >= createdTicks.length) {
            int more = Math.max(slot + 1, createdTicks.length + createdTicks.length / 8);
            size(Math.min(more, table.capacity() + 1));
        }
        createdTicks[slot] = (int) (now - beginNanos >> TICK_BITS);
    }

    /** At most a tick early. */
    long createdNanos(int slot) {
        return beginNanos + (Integer.toUnsignedLong(createdTicks[slot]) << TICK_BITS);
    }

    /** One step where it is time; whether anything was done. */
    boolean turn(long now, CompiledView view) {
        if (next != Long.MIN_VALUE && now - next < 0) {
            return false;
        }
        next = now + STEP_NANOS;
        long toMillis = System.currentTimeMillis() - now / 1_000_000;
        int size = table.capacity() + 1;
        int from = Math.max(1, (int) ((long) size * part / PARTS));
        int end = (int) ((long) size * (part + 1) / PARTS);
        int until = Math.min(end, createdTicks.length);
        if (table.size() != 0) {
            for (int slot = from; slot < until; slot++) {
                if (hasNews(slot) && table.isUsed(slot)) {
                    read(slot, view, passedNanos[part], toMillis, 0);
                }
            }
        }
        passedNanos[part] = now;
        part = (part + 1) % PARTS;
        if (part == 0) {
            rejects.flush(sink);
        }
        counters.set(Counters.Name.CONNECTIONS, table.size());
        counters.set(Counters.Name.CLIENT_PATHS, table.paths().size());
        counters.set(Counters.Name.CLIENT_PATHS_APART, table.paths().sizeApart());
        return true;
    }

    /** All that is not told yet; the last call. */
    void finish(long now, CompiledView view) {
        for (int i = 0; i < PARTS; i++) {
            next = now;
            turn(now, view);
        }
    }

    /**
     * The last visit to a connection that goes.
     *
     * @param ended why, an ordinal of {@code Ended}
     */
    void last(int slot, CompiledView view, long now, int ended) {
        int index = (int) ((long) slot * PARTS / (table.capacity() + 1L));
        read(
                slot,
                view,
                passedNanos[Math.min(index, PARTS - 1)],
                System.currentTimeMillis() - now / 1_000_000,
                ended);
    }

    private void read(int slot, CompiledView view, long passed, long toMillis, int ended) {
        // Who never carried it knows nothing of its end; the others say it once.
        boolean carried = (table.packets(slot, true) | table.packets(slot, false)) != 0;
        direction(slot, true, view, passed, toMillis, carried ? ended : 0);
        direction(slot, false, view, passed, toMillis, 0);
    }

    private void direction(
            int slot, boolean outward, CompiledView view, long passed, long toMillis, int ended) {
        int at = at(slot, outward);
        long packets = Integer.toUnsignedLong((int) table.packets(slot, outward) - toldPackets[at]);
        if (packets == 0 && ended == 0) {
            return;
        }
        long bytesNow = table.bytes(slot, outward);
        long bytes = bytesNow - toldBytes(at) & BYTES_MASK;
        told(slot, outward, toldPackets[at] + packets, bytesNow);
        int fresh = table.takeFreshFlags(slot, outward);
        CompiledGateway gateway = view.gateway(table.gateway(slot));
        if (gateway == null) {
            return;
        }
        if (packets != 0) {
            gateways.moved(gateway.index, outward, packets, bytes);
        }
        if (!gateway.view.logged()) {
            return;
        }
        // A program that is just counting has perhaps not yet said when.
        long createdNanos = createdNanos(slot);
        long lastNanos = Math.max(table.last(slot, outward), createdNanos);
        long since = Math.max(passed == 0 ? Long.MIN_VALUE : passed, createdNanos);
        long last = toMillis + lastNanos / 1_000_000;
        long first = packets <= 1 ? last : toMillis + Math.min(since, lastNanos) / 1_000_000;
        boolean taken =
                sink.offer(
                        gateway.index,
                        outward ? FlowSink.OUTWARD : FlowSink.INWARD,
                        table.protocol(slot),
                        table.clientHigh(slot),
                        table.clientLow(slot),
                        table.clientPort(slot),
                        table.eipHigh(slot),
                        table.eipLow(slot),
                        table.natPort(slot),
                        table.remoteHigh(slot),
                        table.remoteLow(slot),
                        table.remotePort(slot),
                        packets,
                        bytes,
                        first,
                        last,
                        fresh,
                        true,
                        0,
                        toMillis + createdNanos(slot) / 1_000_000,
                        ended);
        if (!taken) {
            counters.add(Counters.Name.FLOW_SAMPLES_LOST, packets);
        }
    }

    /** Found elsewhere by another node's packets. */
    void clientMoved() {
        counters.add(Counters.Name.CLIENT_MOVES, 1);
    }
}
