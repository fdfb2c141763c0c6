package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.FIN;
import static io.sallyport.gateway.wire.Headers.RST;

import io.sallyport.flowlogs.record.Ended;
import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Identities;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.agrona.collections.LongArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The table as the keepers' side moves it; worker thread only. Where the kernel reads the table
 * too, what is dropped rests before its last counters are read and its slot is used again.
 */
final class Carrier implements Carriage {

    /** Marks a record whose gateway is not in the view (yet). */
    static final int NO_GATEWAY = 0xffff;

    /** No view's version. */
    private static final int UNJUDGED = -1;

    private final ConnectionTable table;
    private final Meter meter;
    private final LongSupplier nanoClock;
    private final Identities identities;

    /** Slots that rest, the oldest first, with why they ended, and when that ends. */
    private final LongArrayQueue resting = new LongArrayQueue(1024, Long.MIN_VALUE);

    private final LongArrayQueue restingUntil = new LongArrayQueue(1024, Long.MIN_VALUE);

    /** Slots of a former life's connections, until this life has joined. */
    private final List<Integer> inherited = new ArrayList<>();

    /** Of those, what that life had dropped, and whose last counters it had not read. */
    private final Set<Integer> inheritedResting = new HashSet<>();

    private long inheritedUntil;
    private CompiledView view = CompiledView.EMPTY;
    private int changes;

    Carrier(ConnectionTable table, Meter meter, LongSupplier nanoClock) {
        this.table = table;
        this.meter = meter;
        this.nanoClock = nanoClock;
        identities = table.identities();
    }

    void view(CompiledView fresh) {
        view = fresh;
    }

    /** The view says another thing of what exists. */
    void changed() {
        changes++;
    }

    CompiledView view() {
        return view;
    }

    /** What the table's memory holds of a former life; before all else. */
    void adopt(long untilBootNanos, boolean remembered) {
        inheritedUntil = untilBootNanos;
        table.adopt(
                slot -> {
                    meter.adopted(slot, nanoClock.getAsLong(), remembered);
                    inherited.add(slot);
                },
                slot -> {
                    meter.adopted(slot, nanoClock.getAsLong(), remembered);
                    inheritedResting.add(slot);
                    rest(slot, ended(slot));
                });
    }

    /** Under the first view: gateways have other numbers in this life. */
    void rebind(IntConsumer judge) {
        inheritedResting.forEach(this::rebind);
        for (int slot : inherited) {
            if (table.isUsed(slot)) {
                rebind(slot);
                judge.accept(slot);
            }
        }
    }

    private void rebind(int slot) {
        int gateway = view.indexOf(identities.gateway(slot));
        table.gateway(slot, gateway < 0 ? NO_GATEWAY : gateway);
    }

    @Override
    public List<Inherited> inherit(long bootNanos) {
        List<Inherited> given = new ArrayList<>();
        for (int slot : inherited) {
            if (!table.isUsed(slot)) {
                continue;
            }
            Connection connection = identities.connection(slot);
            CompiledGateway gateway = view.gateway(table.gateway(slot));
            Observation observation = observe(connection.id());
            if (bootNanos < inheritedUntil && gateway != null && observation != null) {
                resume(connection.id());
                given.add(new Inherited(connection, gateway.view.copies(), observation));
            } else {
                drop(slot, Ended.FORGOTTEN);
            }
        }
        inherited.clear();
        return given;
    }

    @Override
    public int install(Connection connection, Numbers numbers) {
        int known = identities.slotOf(connection.id());
        if (known != NOWHERE) {
            return known;
        }
        int gateway = view.indexOf(connection.gateway());
        int slot = table.install(connection, gateway < 0 ? NO_GATEWAY : gateway);
        if (slot == ConnectionTable.MISS) {
            return FULL;
        }
        table.numbers(slot, numbers);
        meter.created(slot, nanoClock.getAsLong());
        return slot;
    }

    @Override
    public int changes() {
        return changes;
    }

    @Override
    public boolean opensNoMore(IpAddress eip, long poolGeneration) {
        return view.opensNoMore(eip.high(), eip.low(), poolGeneration);
    }

    @Override
    public int copies(int vpc, IpAddress eip, long poolGeneration) {
        return view.copies(vpc, eip.high(), eip.low(), poolGeneration);
    }

    @Override
    public boolean isOver(int vpc, IpAddress eip, long poolGeneration) {
        return view.isOver(vpc, eip.high(), eip.low(), poolGeneration);
    }

    /** The next packet is judged anew, and finds the way. */
    @Override
    public void moved(ConnectionId id, ClientPath path) {
        int slot = identities.slotOf(id);
        if (slot != NOWHERE) {
            table.aclVersion(slot, UNJUDGED);
            table.paths().path(slot, path);
        }
    }

    @Override
    public boolean proves(ConnectionId id, int sequence, int acknowledgement) {
        int slot = identities.slotOf(id);
        boolean proven =
                slot != NOWHERE
                        && ClientMoves.compare(table, slot, sequence, acknowledgement)
                                == ClientMoves.MOVED;
        if (proven) {
            meter.clientMoved();
        }
        return proven;
    }

    @Override
    public boolean confirms(ConnectionId id, boolean outward, int sequence, boolean reset) {
        int slot = identities.slotOf(id);
        return slot != NOWHERE && TcpTracker.confirms(table, slot, outward, sequence, reset);
    }

    @Override
    public boolean isInstalled(ConnectionId id) {
        return identities.slotOf(id) != NOWHERE;
    }

    @Override
    public int slotOf(ConnectionId id) {
        return identities.slotOf(id);
    }

    @Override
    public int slotOf(InsideKey key) {
        Endpoint client = key.client();
        Endpoint remote = key.remote();
        return table.findOut(
                key.vpc(),
                key.protocol().number(),
                client.address().high(),
                client.address().low(),
                client.port(),
                remote.address().high(),
                remote.address().low(),
                remote.port());
    }

    @Override
    public int slotOf(OutsideKey key) {
        Endpoint outside = key.outside();
        Endpoint remote = key.remote();
        return table.findIn(
                key.protocol().number(),
                outside.address().high(),
                outside.address().low(),
                outside.port(),
                remote.address().high(),
                remote.address().low(),
                remote.port());
    }

    @Override
    public @Nullable Connection connection(int slot) {
        return table.isUsed(slot) ? identities.connection(slot) : null;
    }

    @Override
    public long seenNanos(int slot) {
        long last = Math.max(table.last(slot, true), table.last(slot, false));
        return last == Long.MIN_VALUE ? meter.createdNanos(slot) : last;
    }

    @Override
    public int tcpFlags(int slot, boolean outward) {
        return table.flags(slot, outward) & 0xff;
    }

    @Override
    public int protocol(int slot) {
        return table.protocol(slot);
    }

    @Override
    public @Nullable Observation observe(ConnectionId id) {
        int slot = identities.slotOf(id);
        return slot == NOWHERE
                ? null
                : new Observation(
                        table.last(slot, true),
                        table.last(slot, false),
                        table.flags(slot, true) & 0xff,
                        table.flags(slot, false) & 0xff,
                        table.numbers(slot));
    }

    @Override
    public @Nullable Observation stop(ConnectionId id) {
        int slot = identities.slotOf(id);
        if (slot != NOWHERE) {
            table.state(slot, table.state(slot) | ConnectionTable.STOPPED);
        }
        return observe(id);
    }

    @Override
    public void resume(ConnectionId id) {
        int slot = identities.slotOf(id);
        if (slot != NOWHERE) {
            table.state(slot, table.state(slot) & ~ConnectionTable.STOPPED);
        }
    }

    @Override
    public void drop(ConnectionId id) {
        int slot = identities.slotOf(id);
        if (slot != NOWHERE) {
            drop(slot, ended(slot));
        }
    }

    /** As far as can be seen here. */
    private Ended ended(int slot) {
        int out = table.flags(slot, true);
        int in = table.flags(slot, false);
        if ((table.state(slot) & ConnectionTable.EIP_GONE) != 0) {
            return Ended.ADDRESS;
        }
        if (((out | in) & RST) != 0) {
            return Ended.RST;
        }
        return (out & in & FIN) != 0 ? Ended.FIN : Ended.IDLE;
    }

    private void drop(int slot, Ended ended) {
        table.retire(slot);
        long now = nanoClock.getAsLong();
        if (table.graceNanos() == 0) {
            release(slot, now, ended.ordinal());
        } else {
            rest(slot, ended);
        }
    }

    private void rest(int slot, Ended ended) {
        resting.addLong((long) ended.ordinal() << 32 | slot);
        restingUntil.addLong(nanoClock.getAsLong() + table.graceNanos());
    }

    /** Frees what has rested long enough. */
    void turn(long now) {
        table.turn(now);
        while (!resting.isEmpty() && now - restingUntil.peekLong() >= 0) {
            restingUntil.pollLong();
            long one = resting.pollLong();
            if (!inheritedResting.isEmpty()) {
                inheritedResting.remove((int) one);
            }
            release((int) one, now, (int) (one >>> 32));
        }
    }

    private void release(int slot, long now, int ended) {
        meter.last(slot, view, now, ended);
        table.release(slot);
    }

    GatewayCounters gateways() {
        return meter.gateways;
    }
}
