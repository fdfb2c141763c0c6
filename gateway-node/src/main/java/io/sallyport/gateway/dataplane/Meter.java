package io.sallyport.gateway.dataplane;

import io.sallyport.flowlogs.meter.FlowSample;
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

    private final ConnectionTable table;
    private final FlowSink sink;
    private final RejectSamples rejects;
    private final Counters counters;
    private final Told told;
    private final TellingNote note;
    private final FlowSample sample = new FlowSample();

    /** By slot, in ticks since {@link #beginNanos}, as unsigned numbers: enough for two years. */
    private int[] createdTicks = new int[0];

    private long beginNanos;
    private boolean begun;
    private final long[] passedNanos = new long[PARTS];
    final GatewayCounters gateways = new GatewayCounters();
    private long next = Long.MIN_VALUE;
    private int part;

    /** What it has told ends with the process. */
    Meter(ConnectionTable table, FlowSink sink, RejectSamples rejects, Counters counters) {
        this(table, sink, rejects, counters, MeterMemory.plain(table.capacity()));
    }

    Meter(
            ConnectionTable table,
            FlowSink sink,
            RejectSamples rejects,
            Counters counters,
            MeterMemory memory) {
        this.table = table;
        this.sink = sink;
        this.rejects = rejects;
        this.counters = counters;
        told = new Told(memory.told());
        note = new TellingNote(memory.note());
        size(Math.min(SMALLEST, table.capacity() + 1));
    }

    /** Room for so many slots: there are as many as were ever used at once, and some more. */
    private void size(int slots) {
        createdTicks = Arrays.copyOf(createdTicks, slots);
    }

    /**
     * Goes on where a former life was killed in what this memory says; before {@link #adopted} and
     * all else. Refused packets are told with that life's gateway indexes.
     */
    void resume() {
        note.finish(told, rejects, sink.position());
        rejects.flush(sink, note);
    }

    void created(int slot, long now) {
        createdNanos(slot, now);
        told.begin(slot, table.generation(slot));
    }

    /**
     * A former life's.
     *
     * @param remembered whether the memory says what that life has told; else it has told all
     */
    void adopted(int slot, long now, boolean remembered) {
        createdNanos(slot, now);
        if (!remembered || !told.isOf(slot, table.generation(slot))) {
            told.begin(slot, table.generation(slot));
        }
        if (!remembered) {
            told.set(slot, true, (int) table.packets(slot, true), table.bytes(slot, true));
            told.set(slot, false, (int) table.packets(slot, false), table.bytes(slot, false));
        }
    }

    /** Whether anything was counted. Of free slots nothing is, since their last visit. */
    private boolean hasNews(int slot) {
        return hasNews(slot, true) || hasNews(slot, false);
    }

    /** A program adds bytes after packets: those of a packet that was told may have come since. */
    private boolean hasNews(int slot, boolean outward) {
        return (int) table.packets(slot, outward) != told.packets(slot, outward)
                || (table.bytes(slot, outward) & Told.BYTES_MASK) != told.bytes(slot, outward);
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
            rejects.flush(sink, note);
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
        int before = told.packets(slot, outward);
        long packets = Integer.toUnsignedLong((int) table.packets(slot, outward) - before);
        long bytesNow = table.bytes(slot, outward);
        long bytes = bytesNow - told.bytes(slot, outward) & Told.BYTES_MASK;
        if ((packets | bytes | ended) == 0) {
            return;
        }
        int packetsNow = before + (int) packets;
        int fresh = table.takeFreshFlags(slot, outward);
        CompiledGateway gateway = view.gateway(table.gateway(slot));
        if (gateway == null) {
            told.set(slot, outward, packetsNow, bytesNow);
            return;
        }
        if ((packets | bytes) != 0) {
            gateways.moved(gateway.index, outward, packets, bytes);
        }
        if (!gateway.view.logged()) {
            told.set(slot, outward, packetsNow, bytesNow);
            return;
        }
        long createdNanos = createdNanos(slot);
        long lastNanos = table.last(slot, outward);
        if (lastNanos == Long.MIN_VALUE) {
            lastNanos = createdNanos; // a program that is just counting has not yet said when
        }
        long since = Math.max(passed == 0 ? Long.MIN_VALUE : passed, createdNanos);
        long last = toMillis + lastNanos / 1_000_000;
        long first = packets <= 1 ? last : toMillis + Math.min(since, lastNanos) / 1_000_000;
        note.connection(slot, outward, packetsNow, bytesNow, sink.position());
        sample.gateway = gateway.index;
        sample.legs = outward ? FlowSink.OUTWARD : FlowSink.INWARD;
        sample.protocol = table.protocol(slot);
        sample.client(table.clientHigh(slot), table.clientLow(slot), table.clientPort(slot));
        sample.eip(table.eipHigh(slot), table.eipLow(slot), table.natPort(slot));
        sample.remote(table.remoteHigh(slot), table.remoteLow(slot), table.remotePort(slot));
        sample.counted(packets, bytes, first, last, fresh);
        sample.accepted = true;
        sample.reason = 0;
        sample.openedMillis = toMillis + Math.min(createdNanos, lastNanos) / 1_000_000;
        sample.ended = ended;
        boolean taken = sink.offer(sample);
        note.offered();
        told.set(slot, outward, packetsNow, bytesNow);
        note.done();
        if (!taken) {
            counters.add(Counters.Name.FLOW_SAMPLES_LOST, packets);
        }
    }

    /** Found elsewhere by another node's packets. */
    void clientMoved() {
        counters.add(Counters.Name.CLIENT_MOVES, 1);
    }
}
