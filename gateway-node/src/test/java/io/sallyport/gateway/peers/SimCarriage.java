package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The packets' side of one life of a simulated node: a map. */
final class SimCarriage implements Carriage {

    /** Whose packets these are. */
    interface Carrier {
        boolean forwards();

        /** Whether its packets obey a catalog in which this is the EIP's life. */
        default boolean obeys(IpAddress eip, long poolGeneration) {
            return true;
        }

        /** As {@code Carriage.isOver}. */
        default boolean isOver(IpAddress eip, long poolGeneration) {
            return false;
        }

        /** As {@code Carriage.changes}. */
        default int changes() {
            return 0;
        }

        /** As {@code Carriage.copies}. */
        default int copies() {
            return 0;
        }
    }

    /** A connection that a node forwards, unless it is stopped. */
    static final class Entry {
        final Carrier node;
        Connection connection;
        final int slot;
        final long sinceNanos;
        boolean stopped;
        long outNanos = Long.MIN_VALUE;
        long inNanos = Long.MIN_VALUE;
        int flagsOut;
        int flagsIn;
        Numbers numbers = Numbers.NONE;

        /**
         * The catalog by which its home was asked to end it: once for each, as records are judged.
         */
        long askedBy = -1;

        /** All of its outside key. */
        List<Entry> sameOutside = List.of();

        Entry(Carrier node, Connection connection, int slot, long sinceNanos) {
            this.node = node;
            this.connection = connection;
            this.slot = slot;
            this.sinceNanos = sinceNanos;
        }

        boolean forwards() {
            return !stopped
                    && node.forwards()
                    && node.obeys(connection.eip(), connection.poolGeneration());
        }
    }

    private final Carrier node;
    private final SimCheck check;
    private final LongSupplier clock;
    private final Map<ConnectionId, Entry> entries = new HashMap<>();

    /** The first that came of each key, while it is here. */
    private final Map<InsideKey, Entry> byInside = new HashMap<>();

    private final Map<OutsideKey, Entry> byOutside = new HashMap<>();
    private final List<Entry> slots = new ArrayList<>();

    /** What it says of every segment that it is asked about. */
    boolean proves;

    private boolean ended;

    /** {@code clock}: the node's, in nanoseconds. */
    SimCarriage(Carrier node, SimCheck check, LongSupplier clock) {
        this.node = node;
        this.check = check;
        this.clock = clock;
    }

    /** Of a node that always forwards, where time stands still. */
    static SimCarriage still() {
        return new SimCarriage(() -> true, new SimCheck(), () -> 0);
    }

    @Nullable Entry get(ConnectionId id) {
        return entries.get(id);
    }

    /** Whatever lay in that slot at any time. */
    Entry at(int slot) {
        return slots.get(slot);
    }

    /** In the order in which they came. */
    List<Entry> entries() {
        return slots.stream().filter(e -> entries.get(e.connection.id()) == e).toList();
    }

    /** The process is gone, and all it forwarded with it. */
    void vanish() {
        entries().forEach(check::removed);
        entries.clear();
        byInside.clear();
        byOutside.clear();
    }

    @Override
    public int install(Connection connection, Numbers numbers) {
        Entry known = entries.get(connection.id());
        if (known != null) {
            return known.slot;
        }
        Entry entry = new Entry(node, connection, slots.size(), clock.getAsLong());
        entry.numbers = numbers;
        slots.add(entry);
        entries.put(connection.id(), entry);
        byInside.putIfAbsent(connection.inside(), entry);
        byOutside.putIfAbsent(connection.outside(), entry);
        check.installed(entry);
        return entry.slot;
    }

    /** Every EIP that there was until now has begun another life. */
    void endLives() {
        ended = true;
    }

    @Override
    public int changes() {
        return ended ? -1 : node.changes();
    }

    @Override
    public int copies(int vpc, IpAddress eip, long poolGeneration) {
        return node.copies();
    }

    @Override
    public boolean isOver(int vpc, IpAddress eip, long poolGeneration) {
        return ended || node.isOver(eip, poolGeneration);
    }

    @Override
    public void moved(ConnectionId id, ClientPath path) {
        Entry entry = entries.get(id);
        if (entry != null) {
            Connection c = entry.connection;
            entry.connection =
                    new Connection(
                            c.id(),
                            c.gateway(),
                            c.inside(),
                            c.eip(),
                            c.poolGeneration(),
                            c.natPort(),
                            c.opened(),
                            c.lessee(),
                            c.grant(),
                            path);
        }
    }

    @Override
    public boolean proves(ConnectionId id, int sequence, int acknowledgement) {
        return proves && entries.containsKey(id);
    }

    @Override
    public boolean confirms(ConnectionId id, boolean outward, int sequence, boolean reset) {
        Entry e = entries.get(id);
        if (e == null || !e.numbers.known(outward) || e.numbers.next(outward) != sequence) {
            return false;
        }
        e.flagsOut |= outward ? reset ? 4 : 1 : 0;
        e.flagsIn |= outward ? 0 : reset ? 4 : 1;
        return true;
    }

    @Override
    public boolean isInstalled(ConnectionId id) {
        return entries.containsKey(id);
    }

    @Override
    public int slotOf(ConnectionId id) {
        return slotOf(entries.get(id));
    }

    @Override
    public int slotOf(InsideKey key) {
        return slotOf(byInside.get(key));
    }

    @Override
    public int slotOf(OutsideKey key) {
        return slotOf(byOutside.get(key));
    }

    private static int slotOf(@Nullable Entry entry) {
        return entry == null ? NOWHERE : entry.slot;
    }

    @Override
    public @Nullable Connection connection(int slot) {
        Entry entry = slots.get(slot);
        return entries.get(entry.connection.id()) == entry ? entry.connection : null;
    }

    @Override
    public long seenNanos(int slot) {
        Entry entry = slots.get(slot);
        long last = Math.max(entry.outNanos, entry.inNanos);
        return last == Long.MIN_VALUE ? entry.sinceNanos : last;
    }

    @Override
    public int tcpFlags(int slot, boolean outward) {
        Entry entry = slots.get(slot);
        return outward ? entry.flagsOut : entry.flagsIn;
    }

    @Override
    public int protocol(int slot) {
        return slots.get(slot).connection.inside().protocol().number();
    }

    @Override
    public @Nullable Observation observe(ConnectionId id) {
        Entry e = entries.get(id);
        return e == null
                ? null
                : new Observation(e.outNanos, e.inNanos, e.flagsOut, e.flagsIn, e.numbers);
    }

    @Override
    public @Nullable Observation stop(ConnectionId id) {
        Entry e = entries.get(id);
        if (e != null) {
            e.stopped = true;
        }
        return observe(id);
    }

    @Override
    public void resume(ConnectionId id) {
        Entry e = entries.get(id);
        if (e != null) {
            e.stopped = false;
        }
    }

    @Override
    public void drop(ConnectionId id) {
        Entry e = entries.remove(id);
        if (e != null) {
            byInside.remove(e.connection.inside(), e);
            byOutside.remove(e.connection.outside(), e);
            check.removed(e);
        }
    }
}
