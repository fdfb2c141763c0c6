package io.sallyport.allocator.wire;

import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Ports;
import java.util.BitSet;

/**
 * A set of ports in the smaller of two forms; which one follows from the set alone.
 *
 * <pre>
 * few:   u8 1, u16 count, count x u16 ascending                     up to 4,032 ports
 * many:  u8 2, 8,064 bytes: bit (i % 8) of byte (i / 8) = port 1024 + i
 * </pre>
 */
final class PackedPorts {

    private static final int FEW = 1;
    private static final int MANY = 2;
    private static final int BITMAP_BYTES = Limits.PORTS / Byte.SIZE;
    private static final int FEW_MAX = BITMAP_BYTES / 2;

    private PackedPorts() {}

    /**
     * @param ports ascending
     */
    static void write(WireWriter out, Ports ports) {
        if (ports.size() <= FEW_MAX) {
            out.u8(FEW).u16(ports.size());
            for (int i = 0; i < ports.size(); i++) {
                out.u16(ports.get(i));
            }
            return;
        }
        byte[] bitmap = new byte[BITMAP_BYTES];
        for (int i = 0; i < ports.size(); i++) {
            int bit = ports.get(i) - Limits.PORT_MIN;
            bitmap[bit / Byte.SIZE] |= (byte) (1 << bit % Byte.SIZE);
        }
        out.u8(MANY).raw(bitmap);
    }

    static Ports read(WireReader in) {
        int form = in.u8();
        return switch (form) {
            case FEW -> few(in);
            case MANY -> many(in);
            default -> throw new WireException("ports of the unknown form " + form);
        };
    }

    private static Ports few(WireReader in) {
        int count = in.u16();
        if (count > FEW_MAX || count * 2 > in.remaining()) {
            throw new WireException(count + " ports, " + in.remaining() + " bytes left");
        }
        char[] ports = new char[count];
        int last = -1;
        for (int i = 0; i < count; i++) {
            int port = in.u16();
            if (port <= last) {
                throw new WireException("ports are not ascending");
            }
            ports[i] = (char) port;
            last = port;
        }
        return Ports.copyOf(ports, count);
    }

    private static Ports many(WireReader in) {
        BitSet bits = BitSet.valueOf(in.raw(BITMAP_BYTES));
        char[] ports = new char[bits.cardinality()];
        int count = 0;
        for (int bit = bits.nextSetBit(0); bit >= 0; bit = bits.nextSetBit(bit + 1)) {
            ports[count++] = (char) (Limits.PORT_MIN + bit);
        }
        if (count <= FEW_MAX) {
            throw new WireException("a bitmap of few ports");
        }
        return Ports.copyOf(ports, count);
    }
}
