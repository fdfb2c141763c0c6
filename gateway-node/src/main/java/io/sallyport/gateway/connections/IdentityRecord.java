package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a connection is beyond what its packets show, by slot: so that a process that comes after
 * one that died can be told of it by the table's memory alone. No program reads it. Cold.
 *
 * <pre>
 * 0 id: incarnation 8 | 8 id: sequence 8 | 16 pool generation 8 | 24 opened: store generation 8
 * 32 opened: number 8 | 40 lessee 8 | 48 grant 8 | 56 generation of the record 4 | 60 free 4
 * 64 gateway 24 (ASCII)
 * </pre>
 */
final class IdentityRecord {

    static final int BYTES = 88;
    private static final int GENERATION = 56;
    private static final int GATEWAY = 64;
    private static final int GATEWAY_BYTES = 24;

    private final MemorySegment memory;

    IdentityRecord(MemorySegment memory) {
        this.memory = memory;
    }

    void write(int slot, Connection connection, int generation) {
        if (memory.byteSize() == 0) {
            return;
        }
        long at = (long) slot * BYTES;
        memory.set(JAVA_LONG, at, connection.id().incarnation());
        memory.set(JAVA_LONG, at + 8, connection.id().sequence());
        memory.set(JAVA_LONG, at + 16, connection.poolGeneration());
        memory.set(JAVA_LONG, at + 24, connection.opened().generation());
        memory.set(JAVA_LONG, at + 32, connection.opened().number());
        memory.set(JAVA_LONG, at + 40, connection.lessee().number());
        memory.set(JAVA_LONG, at + 48, connection.grant());
        byte[] gateway = connection.gateway().value().getBytes(StandardCharsets.US_ASCII);
        if (gateway.length > GATEWAY_BYTES) {
            throw new IllegalStateException("a gateway's id is longer than any is");
        }
        memory.asSlice(at + GATEWAY, GATEWAY_BYTES).fill((byte) 0);
        MemorySegment.copy(gateway, 0, memory, JAVA_BYTE, at + GATEWAY, gateway.length);
        memory.set(JAVA_INT, at + GENERATION, generation);
    }

    /** Empty where the slot's identity is not that of its record: its process died in between. */
    Optional<Connection> read(int slot, ConnectionTable table) {
        long at = (long) slot * BYTES;
        if (memory.byteSize() == 0
                || memory.get(JAVA_INT, at + GENERATION) != table.generation(slot)) {
            return Optional.empty();
        }
        byte[] gateway = memory.asSlice(at + GATEWAY, GATEWAY_BYTES).toArray(JAVA_BYTE);
        return Optional.of(
                new Connection(
                        new ConnectionId(memory.get(JAVA_LONG, at), memory.get(JAVA_LONG, at + 8)),
                        new GatewayId(
                                new String(gateway, StandardCharsets.US_ASCII).replace("\0", "")),
                        inside(slot, table),
                        IpAddress.of(table.eipHigh(slot), table.eipLow(slot)),
                        memory.get(JAVA_LONG, at + 16),
                        table.natPort(slot),
                        new Epoch(memory.get(JAVA_LONG, at + 24), memory.get(JAVA_LONG, at + 32)),
                        new Incarnation(memory.get(JAVA_LONG, at + 40)),
                        memory.get(JAVA_LONG, at + 48),
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
