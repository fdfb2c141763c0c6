package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.OutsideKey;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Copies that are no objects, since the records of the table say all that they would: connections
 * that this node forwards, that are open, of which it was home, gate and only holder when they came
 * to rest, and with which nothing goes on. By slot: one bit, and how many nodes are to hold it.
 * Worker thread.
 */
final class AtRest {

    static final int NOWHERE = Carriage.NOWHERE;

    /**
     * So much may a record's time lie behind that of the copy: of a batch, and of a coarse note.
     */
    static final long SLACK_NANOS = 50_000_000L;

    private final Carriage carriage;
    private final BitSet slots = new BitSet();
    private byte[] levels = new byte[64];
    private int size;
    private int era;

    AtRest(Carriage carriage) {
        this.carriage = carriage;
    }

    int size() {
        return size;
    }

    /** When all of them came to rest. */
    int era() {
        return era;
    }

    /** Whether there is none of another era. */
    boolean takes(int newEra) {
        return size == 0 || era == newEra;
    }

    void add(int slot, int copies, int newEra) {
        if (slots.get(slot) || !takes(newEra)) {
            throw new IllegalStateException("the copy of slot " + slot + " cannot rest");
        }
        if (slot >= levels.length) {
            levels = Arrays.copyOf(levels, Math.max(slot + 1, levels.length + levels.length / 2));
        }
        slots.set(slot);
        levels[slot] = (byte) copies;
        era = newEra;
        size++;
    }

    void remove(int slot) {
        if (!slots.get(slot)) {
            throw new IllegalStateException("no copy rests in slot " + slot);
        }
        slots.clear(slot);
        size--;
    }

    boolean has(int slot) {
        return slot != NOWHERE && slots.get(slot);
    }

    /** The first from {@code slot} on, or {@link #NOWHERE}. */
    int next(int slot) {
        return slots.nextSetBit(slot);
    }

    /** As they are now. */
    BitSet all() {
        return (BitSet) slots.clone();
    }

    int find(ConnectionId id) {
        return size == 0 ? NOWHERE : resting(carriage.slotOf(id));
    }

    int find(InsideKey key) {
        return size == 0 ? NOWHERE : resting(carriage.slotOf(key));
    }

    int find(OutsideKey key) {
        return size == 0 ? NOWHERE : resting(carriage.slotOf(key));
    }

    private int resting(int slot) {
        return has(slot) ? slot : NOWHERE;
    }

    Connection connection(int slot) {
        return requireNonNull(carriage.connection(slot), "what rests is not in the table");
    }

    /** How many nodes are to hold it. */
    int copies(int slot) {
        return levels[slot];
    }

    /** When it was seen last; never earlier than it was. */
    long seenNanos(int slot) {
        return carriage.seenNanos(slot) + SLACK_NANOS;
    }

    /** How long it may be silent. */
    long idleNanos(int slot, Timeouts timeouts) {
        return timeouts.idleNanos(
                carriage.protocol(slot),
                carriage.tcpFlags(slot, true),
                carriage.tcpFlags(slot, false));
    }

    /** Where its record, in both keys' places, says whatever {@code copy} does; else nowhere. */
    int slotFor(Copy copy) {
        int slot = carriage.slotOf(copy.id());
        Carriage.Observation seen = carriage.observe(copy.id());
        boolean told =
                seen != null
                        && carriage.slotOf(copy.inside()) == slot
                        && carriage.slotOf(copy.outside()) == slot
                        && copy.connection().equals(carriage.connection(slot))
                        && copy.seenNanos - seenNanos(slot) <= 0
                        && copy.adds(seen) == 0;
        return told ? slot : NOWHERE;
    }
}
