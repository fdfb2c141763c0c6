package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.SYN;
import static io.sallyport.gateway.wire.Headers.TCP_PROTOCOL;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.Rehearsed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this node would do with a packet: the worker's own code and the kernel path's own program,
 * run on copies of the one connection that the packet is of, between doors that send nothing and
 * keepers who are told nothing. Made on the worker thread, since the table is its own; {@link
 * #perform} runs on any other, and the worker goes on.
 */
final class Rehearsal {

    /** Longer than any packet waits. */
    private static final long WAIT_NANOS = 60_000_000_000L;

    /**
     * The packet's connection at the moment of the question, with its path.
     *
     * @param stale judged under another version of its gateway
     */
    record Known(int slot, Connection connection, byte[] record, int state, boolean stale) {}

    /**
     * What the pipeline did.
     *
     * @param sent what left by which door
     * @param drop why it was dropped; empty: it was not
     * @param waits for what it would wait, in the end in vain
     * @param asked what the keepers would be asked: a {@code Wish}, an {@code InsideKey} or an
     *     {@code OutsideKey}
     */
    record Performance(
            List<SilentDoor.Sent> sent,
            Optional<DropReason> drop,
            Optional<DropReason> waits,
            Optional<Object> asked) {}

    final Arrival arrival;
    final CompiledView view;
    final Packet packet = new Packet();
    final @Nullable DropReason bad;
    final @Nullable Known known;
    private final AddressMap local;
    private final boolean acting;
    private final List<SilentDoor> doors;
    private final int insideMtu;

    /**
     * Worker thread.
     *
     * @throws IllegalArgumentException where it cannot be said where the packet would come in
     */
    Rehearsal(Probe probe, Pipeline pipeline, ConnectionTable table, Outbox outbox, int insideMtu) {
        view = pipeline.view;
        local = pipeline.local();
        acting = pipeline.acting();
        this.insideMtu = insideMtu;
        arrival = new Arrival(probe, view, outbox);
        doors = outbox.doors().stream().map(SilentDoor::new).toList();
        Frame frame = arrival.frame();
        ErrorTranslator error = new ErrorTranslator();
        DropReason found = Parser.network(frame, packet);
        if (found == null) {
            found = Parser.transport(packet);
        }
        if (found == null && packet.icmpError) {
            found = error.read(packet);
        }
        bad = found;
        int slot = bad != null ? ConnectionTable.MISS : find(table, error);
        known =
                slot == ConnectionTable.MISS
                        ? null
                        : new Known(
                                slot,
                                table.identities().connection(slot),
                                table.copy(slot),
                                table.state(slot),
                                table.aclVersion(slot) != view.version(table.gateway(slot)));
        if (known != null) {
            arrival.like(known.connection.path());
            if (probe.isTuple()
                    && packet.protocol == TCP_PROTOCOL
                    && (packet.tcpFlags & SYN) == 0) {
                boolean out = arrival.vpc != null;
                arrival.follow(table.next(slot, out), table.next(slot, !out));
            }
        }
    }

    private int find(ConnectionTable table, ErrorTranslator error) {
        CompiledVpc vpc = arrival.vpc;
        if (vpc == null) {
            return packet.icmpError
                    ? table.findIn(
                            error.protocol,
                            error.sourceHigh,
                            error.sourceLow,
                            error.sourcePort,
                            error.targetHigh,
                            error.targetLow,
                            error.targetPort)
                    : table.findIn(
                            packet.protocol,
                            packet.targetHigh,
                            packet.targetLow,
                            packet.targetPort,
                            packet.sourceHigh,
                            packet.sourceLow,
                            packet.sourcePort);
        }
        return packet.icmpError
                ? table.findOut(
                        vpc.number,
                        error.protocol,
                        error.targetHigh,
                        error.targetLow,
                        error.targetPort,
                        error.sourceHigh,
                        error.sourceLow,
                        error.sourcePort)
                : table.findOut(
                        vpc.number,
                        packet.protocol,
                        packet.sourceHigh,
                        packet.sourceLow,
                        packet.sourcePort,
                        packet.targetHigh,
                        packet.targetLow,
                        packet.targetPort);
    }

    /** Any thread but the worker's; some tenths of a second where there is a kernel path. */
    Explanation perform(NextHops nextHops, @Nullable FastPath kernel) {
        Optional<Rehearsed> program =
                kernel == null
                                || arrival.door.isTunnel()
                                || kernel.deviceIndex(arrival.door.name()) < 0
                        ? Optional.empty()
                        : Optional.of(
                                kernel.rehearse(
                                        arrival.door.name(),
                                        arrival.bytes(),
                                        known == null ? 0 : known.slot,
                                        known == null ? new byte[0] : known.record));
        return new Explanation(this, program, pipeline(nextHops));
    }

    private Performance pipeline(NextHops nextHops) {
        Counters counters = new Counters();
        AskedKeeping asked = new AskedKeeping(acting);
        RejectSamples rejects = new RejectSamples(counters);
        long now = System.nanoTime();
        try (ConnectionTable table = new ConnectionTable(1);
                Outbox outbox = new Outbox(List.copyOf(doors), counters)) {
            Meter meter = new Meter(table, FlowSink.NONE, rejects, counters);
            Carrier carrier = new Carrier(table, meter, () -> now);
            carrier.view(view);
            if (known != null) {
                int slot = carrier.install(known.connection, Numbers.NONE);
                table.resemble(slot, known.record);
            }
            Pipeline pipeline =
                    new Pipeline(
                            table,
                            carrier,
                            asked,
                            new KnownHops(nextHops),
                            outbox,
                            rejects,
                            counters,
                            insideMtu);
            pipeline.imagine();
            pipeline.local(local);
            pipeline.view(view);
            pipeline.begin(now, acting);
            pipeline.handle(door(), arrival.frame());
            outbox.flush();
            List<SilentDoor.Sent> sent = new ArrayList<>();
            doors.forEach(door -> sent.addAll(door.sent));
            Optional<DropReason> drop = first(counters);
            Optional<DropReason> waits = Optional.empty();
            if (drop.isEmpty() && sent.isEmpty() && asked.question().isEmpty()) {
                pipeline.begin(now + WAIT_NANOS, acting);
                pipeline.turn();
                waits = first(counters);
            }
            return new Performance(sent, drop, waits, asked.question());
        }
    }

    boolean isOutside(SilentDoor door) {
        return door == doors.getFirst();
    }

    private SilentDoor door() {
        return doors.stream()
                .filter(door -> door.name().equals(arrival.door.name()))
                .findFirst()
                .orElseThrow();
    }

    private static Optional<DropReason> first(Counters counters) {
        return Arrays.stream(DropReason.values())
                .filter(reason -> counters.drops(reason) != 0)
                .findFirst();
    }

    /** What is known of next hops; nothing is asked of the network. */
    private record KnownHops(NextHops all) implements NextHops {

        @Override
        public long macFor(long high, long low) {
            return all.knownMac(high, low);
        }

        @Override
        public long knownMac(long high, long low) {
            return all.knownMac(high, low);
        }

        @Override
        public int mtuFor(long high, long low) {
            return all.mtuFor(high, low);
        }
    }
}
