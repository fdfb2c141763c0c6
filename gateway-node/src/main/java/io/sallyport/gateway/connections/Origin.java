package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What all connections have in common that one opener opened for one gateway in one epoch, 64
 * bytes.
 *
 * <pre>
 * 0 opener's incarnation 8 | 8 pool generation 8 | 16 opened: store generation 8 | 24 number 8
 * 32 lessee 8 | 40 gateway 24 (ASCII)
 * </pre>
 */
record Origin(
        long opener, long poolGeneration, Epoch opened, Incarnation lessee, GatewayId gateway) {

    static final int BYTES = 64;

    private static final int GATEWAY = 40;
    private static final int GATEWAY_BYTES = 24;

    static final SharedIndex.Form<Origin> FORM =
            new SharedIndex.Form<>() {
                @Override
                public int bytes() {
                    return BYTES;
                }

                @Override
                public void write(MemorySegment memory, long at, Origin origin) {
                    origin.write(memory, at);
                }

                @Override
                public Origin read(MemorySegment memory, long at) {
                    return Origin.read(memory, at);
                }
            };

    static Origin of(Connection connection) {
        return new Origin(
                connection.id().incarnation(),
                connection.poolGeneration(),
                connection.opened(),
                connection.lessee(),
                connection.gateway());
    }

    private void write(MemorySegment memory, long at) {
        byte[] name = gateway.value().getBytes(StandardCharsets.US_ASCII);
        if (name.length > GATEWAY_BYTES) {
            throw new IllegalStateException("a gateway's id is longer than any is");
        }
        memory.set(JAVA_LONG, at, opener);
        memory.set(JAVA_LONG, at + 8, poolGeneration);
        memory.set(JAVA_LONG, at + 16, opened.generation());
        memory.set(JAVA_LONG, at + 24, opened.number());
        memory.set(JAVA_LONG, at + 32, lessee.number());
        memory.asSlice(at + GATEWAY, GATEWAY_BYTES).fill((byte) 0);
        MemorySegment.copy(name, 0, memory, JAVA_BYTE, at + GATEWAY, name.length);
    }

    private static Origin read(MemorySegment memory, long at) {
        byte[] name = memory.asSlice(at + GATEWAY, GATEWAY_BYTES).toArray(JAVA_BYTE);
        return new Origin(
                memory.get(JAVA_LONG, at),
                memory.get(JAVA_LONG, at + 8),
                new Epoch(memory.get(JAVA_LONG, at + 16), memory.get(JAVA_LONG, at + 24)),
                new Incarnation(memory.get(JAVA_LONG, at + 32)),
                new GatewayId(new String(name, StandardCharsets.US_ASCII).replace("\0", "")));
    }
}
