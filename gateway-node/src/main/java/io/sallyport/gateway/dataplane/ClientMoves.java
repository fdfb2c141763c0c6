package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.i32;
import static io.sallyport.gateway.wire.Octets.u48;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.PathRecords;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.wire.HotPath;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A packet from another place than its connection's client: has the client moved (live migration),
 * or does a neighbour of its VPC say so? A TCP segment proves it by numbers that only the two ends
 * and we have seen; anything else is believed, but not often. Worker thread.
 */
@HotPath
final class ClientMoves {

    /** It is the client: its packets go there from now on. */
    static final int MOVED = 0;

    /** Let it out, as the remote judges it, but send nothing there; others may know more. */
    static final int UNPROVEN = 1;

    static final int REFUSED = 2;

    /**
     * How far a sequence or acknowledgement number may be from what was seen last: what Linux has
     * in flight at most by default. Both by chance: one in half a million.
     */
    static final int WINDOW = 4 << 20;

    /**
     * Segments with wrong numbers, per connection, host and second; then none from there is looked
     * at. Another host's do not count against the client's.
     */
    static final int TRIES = 4;

    /** Segments that others are asked about, per connection and second. */
    static final int ASKS = 50;

    private static final int ONCE = 1;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int COUNTS = 1 << 16;

    private final ConnectionTable table;
    private final Shortcut shortcut;
    private final Keeping keeping;
    private final Counters counters;

    /** By a keyed hash of what is counted: who shares a count with whom nobody can choose. */
    private final byte[] counts = new byte[COUNTS];

    private final long seed = new SecureRandom().nextLong();
    private boolean counted;
    private long secondEnds;

    ClientMoves(ConnectionTable table, Shortcut shortcut, Keeping keeping, Counters counters) {
        this.table = table;
        this.shortcut = shortcut;
        this.keeping = keeping;
        this.counters = counters;
    }

    /**
     * Looks at where a packet from inside comes from, and learns where the client is.
     *
     * @return {@link #MOVED} also where it is where it was
     */
    int look(int slot, Packet packet, CompiledView view, long now) {
        Frame frame = packet.frame;
        long clientMac = u48(frame.memory, frame.at + ETHERNET_SOURCE);
        long gatewayMac = u48(frame.memory, frame.at);
        PathRecords paths = table.paths();
        boolean sameClient =
                paths.clientMac(slot) == clientMac
                        && paths.vtepLow(slot) == frame.tunnelLow
                        && paths.vtepHigh(slot) == frame.tunnelHigh;
        if (sameClient && paths.gatewayMac(slot) == gatewayMac) {
            return MOVED;
        }
        // Where only our own end is another, that is of the node whose copy this was.
        int verdict = sameClient ? MOVED : judge(slot, packet, now);
        if (verdict == MOVED) {
            shortcut.path(slot, view, frame.tunnelHigh, frame.tunnelLow, clientMac, gatewayMac);
        }
        if (!sameClient) {
            tell(verdict, slot, packet);
        }
        return verdict;
    }

    /** The one place here that makes objects: once a move, and some times where it is unclear. */
    private void tell(int verdict, int slot, Packet packet) {
        if (verdict == MOVED) {
            counters.add(Counters.Name.CLIENT_MOVES, 1);
            keeping.moved(table.identities().id(slot), Misses.path(packet.frame));
        } else if (verdict == UNPROVEN && mayAsk(slot)) {
            keeping.elsewhere(
                    table.identities().id(slot),
                    Misses.path(packet.frame),
                    i32(packet.memory, packet.transport + TCP_SEQUENCE),
                    i32(packet.memory, packet.transport + TCP_ACKNOWLEDGE));
        }
    }

    private int judge(int slot, Packet packet, long now) {
        if (now - secondEnds >= 0) {
            secondEnds = now + SECOND_NANOS;
            if (counted) {
                Arrays.fill(counts, (byte) 0);
                counted = false;
            }
        }
        return packet.protocol == TCP_PROTOCOL ? tcp(slot, packet) : once(slot);
    }

    /** Of UDP and echo: one move a second, so that two places cannot both have it. */
    private int once(int slot) {
        return spend(slot, 1, 0, ONCE) ? MOVED : REFUSED;
    }

    private int tcp(int slot, Packet packet) {
        int flags = packet.tcpFlags & (SYN | FIN | RST | ACK);
        // Before its first answer nobody has numbers. Who has a copy only knows of no answer.
        if (flags == SYN && (table.flags(slot, true) & (SYN | ACK)) == SYN) {
            return isSeen(table, slot, false) ? REFUSED : once(slot);
        }
        if (packet.fragmentOffset != 0 || (flags & ~FIN) != ACK) {
            return REFUSED;
        }
        long high = packet.frame.tunnelHigh;
        long low = packet.frame.tunnelLow;
        if (counts[place(slot, high, low)] >= TRIES) {
            return REFUSED;
        }
        int sequence = i32(packet.memory, packet.transport + TCP_SEQUENCE);
        int acknowledgement = i32(packet.memory, packet.transport + TCP_ACKNOWLEDGE);
        int found = compare(table, slot, sequence, acknowledgement);
        if (found == REFUSED) {
            spend(slot, high, low, TRIES);
        }
        return found == UNPROVEN && (flags & FIN) != 0 ? REFUSED : found;
    }

    /** Whether others are to be asked about what is {@link #UNPROVEN}. */
    private boolean mayAsk(int slot) {
        return spend(slot, 2, 0, ASKS);
    }

    /** False where this second's share is spent. */
    private boolean spend(int slot, long high, long low, int most) {
        int place = place(slot, high, low);
        if (counts[place] >= most) {
            return false;
        }
        counts[place]++;
        counted = true;
        return true;
    }

    private int place(int slot, long high, long low) {
        long h = (seed ^ slot) * 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ h >>> 29 ^ high) * 0xbf58_476d_1ce4_e5b9L;
        h = (h ^ h >>> 32 ^ low) * 0x94d0_49bb_1331_11ebL;
        return (int) (h >>> 40) & COUNTS - 1;
    }

    /**
     * What a client's segment shows: both its numbers are about where the stream is. Behind it too,
     * since the remote's last segments and acknowledgements may have gone to the old place. Who has
     * seen either side has both numbers; but what was adopted from outside proves nothing until the
     * client, where it is known to be, has said something that fits.
     */
    static int compare(ConnectionTable table, int slot, int sequence, int acknowledgement) {
        boolean client = isSeen(table, slot, true);
        boolean remote = isSeen(table, slot, false) && !TcpTracker.isAdopted(table, slot);
        if (!client && !remote) {
            return UNPROVEN;
        }
        if (client) {
            int ahead = acknowledgement - table.next(slot, false);
            if (ahead < -WINDOW || ahead > WINDOW) {
                return REFUSED;
            }
        }
        int distance = sequence - table.next(slot, true);
        return distance < -WINDOW || distance > WINDOW ? REFUSED : MOVED;
    }

    private static boolean isSeen(ConnectionTable table, int slot, boolean outward) {
        return (table.flags(slot, outward) & ACK) != 0;
    }
}
