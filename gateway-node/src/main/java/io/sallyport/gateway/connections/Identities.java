package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.ids.GatewayId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.lang.foreign.MemorySegment;

/**
 * What a connection is beyond what its packets show, by slot, and the slot by its name: so that no
 * connection needs an object, and that a process that comes after one that died can be told of it
 * by the table's memory alone. No program reads it. Worker thread.
 *
 * <pre>
 * 0 id: sequence 8 | 8 grant 8 | 16 number of its origin 4 | 20 generation of the record 4
 * </pre>
 */
public final class Identities {

    static final int BYTES = 24;
    private static final int GRANT = 8;
    private static final int ORIGIN = 16;
    private static final int GENERATION = 20;

    private final MemorySegment memory;
    private final SharedIndex<Origin> origins;
    private final ConnectionTable table;
    private final SlotIndex slots = new SlotIndex(this);

    Identities(MemorySegment memory, MemorySegment origins, ConnectionTable table) {
        this.memory = memory;
        this.table = table;
        int most = (int) Math.min(Integer.MAX_VALUE, origins.byteSize() / Origin.BYTES);
        this.origins = new SharedIndex<>(origins, Origin.FORM, most);
    }

    /**
     * Of a connection that is in the table and not retired.
     *
     * @return {@link ConnectionTable#MISS} where there is none of that name
     */
    public int slotOf(ConnectionId id) {
        return slots.find(id);
    }

    public ConnectionId id(int slot) {
        return new ConnectionId(opener(slot), sequence(slot));
    }

    public GatewayId gateway(int slot) {
        return origins.read(origin(slot)).gateway();
    }

    public long poolGeneration(int slot) {
        return origins.read(origin(slot)).poolGeneration();
    }

    /** As it was installed, but for the path, which is the newest. */
    public Connection connection(int slot) {
        Origin origin = origins.read(origin(slot));
        return new Connection(
                id(slot),
                origin.gateway(),
                inside(slot),
                IpAddress.of(table.eipHigh(slot), table.eipLow(slot)),
                origin.poolGeneration(),
                table.natPort(slot),
                origin.opened(),
                origin.lessee(),
                memory.get(JAVA_LONG, at(slot) + GRANT),
                table.paths().path(slot));
    }

    private InsideKey inside(int slot) {
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

    long opener(int slot) {
        return origins.read(origin(slot)).opener();
    }

    long sequence(int slot) {
        return memory.get(JAVA_LONG, at(slot));
    }

    private int origin(int slot) {
        return memory.get(JAVA_INT, at(slot) + ORIGIN);
    }

    /**
     * The number to {@link #write} with.
     *
     * @return -1 where there are too many origins
     */
    int take(Connection connection) {
        return origins.take(Origin.of(connection));
    }

    void write(int slot, Connection connection, int origin, int generation) {
        long at = at(slot);
        memory.set(JAVA_LONG, at, connection.id().sequence());
        memory.set(JAVA_LONG, at + GRANT, connection.grant());
        memory.set(JAVA_INT, at + ORIGIN, origin);
        memory.set(JAVA_INT, at + GENERATION, generation);
    }

    /** What is written in {@code slot} is found by its name from now on. */
    void enter(int slot) {
        slots.add(slot);
    }

    /** It is retired. */
    void leave(int slot) {
        if (!slots.remove(slot)) {
            throw new IllegalStateException("a connection is not found by its name");
        }
    }

    /** The slot's connection is gone. */
    void release(int slot) {
        origins.release(origin(slot));
    }

    /**
     * A former life's connection, from now on this one's.
     *
     * @return false where the slot's identity is not that of its record: its process died in
     *     between
     */
    boolean adopt(int slot) {
        if (!isOf(slot)) {
            return false;
        }
        origins.adopt(origin(slot));
        enter(slot);
        return true;
    }

    /** Whether the slot's identity is that of its record, or of one before. */
    boolean isOf(int slot) {
        return memory.get(JAVA_INT, at(slot) + GENERATION) == table.generation(slot);
    }

    /** A former life's connection that had left; its slot is to be released. */
    void adoptRetired(int slot) {
        origins.adopt(origin(slot));
    }

    private static long at(int slot) {
        return (long) slot * BYTES;
    }
}
