package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What a connection is beyond what its packets show, by slot: so that a process that comes after
 * one that died can be told of it by the table's memory alone. No program reads it. Cold.
 *
 * <pre>
 * 0 id: sequence 8 | 8 grant 8 | 16 number of its origin 4 | 20 generation of the record 4
 * </pre>
 */
final class IdentityRecord {

    static final int BYTES = 24;
    private static final int ORIGIN = 16;
    private static final int GENERATION = 20;

    private final MemorySegment memory;
    private final boolean kept;
    private final SharedIndex<Origin> origins;

    /** {@code memory} and {@code origins} both empty: nothing is kept. */
    IdentityRecord(MemorySegment memory, MemorySegment origins) {
        this.memory = memory;
        kept = memory.byteSize() != 0;
        int most = (int) Math.min(Integer.MAX_VALUE, origins.byteSize() / Origin.BYTES);
        this.origins = new SharedIndex<>(origins, Origin.FORM, most);
    }

    /**
     * The number to {@link #write} with.
     *
     * @return -1 where there are too many origins
     */
    int take(Connection connection) {
        return kept ? origins.take(Origin.of(connection)) : 0;
    }

    void write(int slot, Connection connection, int origin, int generation) {
        if (kept) {
            long at = (long) slot * BYTES;
            memory.set(JAVA_LONG, at, connection.id().sequence());
            memory.set(JAVA_LONG, at + 8, connection.grant());
            memory.set(JAVA_INT, at + ORIGIN, origin);
            memory.set(JAVA_INT, at + GENERATION, generation);
        }
    }

    /** The slot's connection is gone. */
    void release(int slot) {
        if (kept) {
            origins.release(memory.get(JAVA_INT, (long) slot * BYTES + ORIGIN));
        }
    }

    /**
     * A former life's connection, from now on this one's. Empty where the slot's identity is not
     * that of its record: its process died in between.
     */
    Optional<Connection> adopt(int slot, ConnectionTable table) {
        long at = (long) slot * BYTES;
        if (!kept || memory.get(JAVA_INT, at + GENERATION) != table.generation(slot)) {
            return Optional.empty();
        }
        int number = memory.get(JAVA_INT, at + ORIGIN);
        origins.adopt(number);
        Origin origin = origins.read(number);
        return Optional.of(
                new Connection(
                        new ConnectionId(origin.opener(), memory.get(JAVA_LONG, at)),
                        origin.gateway(),
                        inside(slot, table),
                        IpAddress.of(table.eipHigh(slot), table.eipLow(slot)),
                        origin.poolGeneration(),
                        table.natPort(slot),
                        origin.opened(),
                        origin.lessee(),
                        memory.get(JAVA_LONG, at + 8),
                        table.path(slot)));
    }

    private static InsideKey inside(int slot, ConnectionTable table) {
        return new InsideKey(
                table.vpc(slot),
                new Protocol(table.protocol(slot)),
                new Endpoint(
                        IpAddress.of(table.clientHigh(slot), table.clientLow(slot)),
                        table.clientPort(slot)),
                new Endpoint(
                        IpAddress.of(table.remoteHigh(slot), table.remoteLow(slot)),
                        table.remotePort(slot)));
    }
}
