package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.gateway.wire.Octets;

/**
 * Notes which flags each direction has shown, and the last acknowledgement. It ends nothing: the
 * connection's home does, by time (docs/design/ALLOCATION.md, section 4).
 */
@HotPath
final class TcpTracker {

    private static final int ENDING = FIN | RST;

    private TcpTracker() {}

    /**
     * A further SYN on a record: said again, or of a new connection with the tuple of one that is
     * over. Only the home can tell, since another node may have carried that end.
     */
    static boolean mayOpenAnew(ConnectionTable table, int slot, Packet packet) {
        return packet.protocol == TCP_PROTOCOL
                && (packet.tcpFlags & (SYN | ACK | RST)) == SYN
                && (table.packets(slot, true) | table.packets(slot, false)) != 0;
    }

    /**
     * @return whether FIN or RST was seen for the first time in this direction
     */
    static boolean seen(ConnectionTable table, int slot, boolean outward, Packet packet) {
        int flags = packet.tcpFlags & 0x3f;
        int told = flags & (FIN | SYN | RST);
        told |= (flags & (SYN | ACK)) == (SYN | ACK) ? ACK : 0;
        int before = table.addFlags(slot, outward, flags | told << 8);
        if ((flags & ACK) != 0) {
            table.acknowledged(
                    slot, outward, Octets.i32(packet.memory, packet.transport + TCP_ACKNOWLEDGE));
        }
        return (flags & ENDING & ~before) != 0;
    }
}
