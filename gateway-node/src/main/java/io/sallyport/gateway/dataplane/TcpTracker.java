package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.connections.ConnectionTable.NEXT_ADOPTED;
import static io.sallyport.gateway.connections.ConnectionTable.NEXT_DOUBTED;
import static io.sallyport.gateway.connections.ConnectionTable.NEXT_GAP;
import static io.sallyport.gateway.connections.ConnectionTable.NEXT_KNOWN;
import static io.sallyport.gateway.connections.ConnectionTable.WINDOW;
import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.i32;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.wire.HotPath;

/**
 * Where a TCP stream is, and what of its segments is believed. Whoever knows a connection's tuple
 * can send segments of it; its ends tell them from the stream's by their numbers (RFC 9293 section
 * 3.10.7.4, RFC 5961), and so does this: what does not fit is forwarded, for the ends to answer,
 * and changes nothing. A RST must be exactly what its receiver expects next. It ends nothing: the
 * connection's home does, by time (docs/design/ALLOCATION.md, section 4). The kernel path has the
 * same for segments without SYN, FIN and RST (window.h).
 */
@HotPath
final class TcpTracker {

    /** Forward it, note nothing of it. */
    static final int BESIDE = 0;

    static final int BELIEVED = 1;

    /**
     * It does not fit, but what it should fit is old: the stream is where it says, perhaps. From
     * then on no end is judged by this record, whoever confirms it ({@link #canTell}).
     */
    static final int ADOPTED = 2;

    /**
     * How long what was seen here of a stream is held against what comes. Another node may have
     * carried it meanwhile.
     */
    static final long FRESH_NANOS = 30_000_000_000L;

    private static final int ENDING = FIN | RST;
    private static final int UNSURE = NEXT_DOUBTED | NEXT_ADOPTED;

    private TcpTracker() {}

    /**
     * A SYN that did not begin this stream, or comes after a FIN or RST of it: the client may use
     * the tuple of one that is over. Only the home can tell, since another node may have carried
     * that end.
     */
    static boolean mayOpenAnew(ConnectionTable table, int slot, Packet packet) {
        if (packet.protocol != TCP_PROTOCOL || (packet.tcpFlags & (SYN | ACK | RST)) != SYN) {
            return false;
        }
        int ahead = end(packet) - table.next(slot, true);
        boolean answered = isKnown(table, slot, false);
        boolean again = isKnown(table, slot, true) && Numbers.areOfItsSyn(ahead, answered);
        return !again || ((table.flags(slot, true) | table.flags(slot, false)) & ENDING) != 0;
    }

    /** What a connection's first packet says of its stream. */
    static Numbers begins(Packet packet) {
        return packet.protocol == TCP_PROTOCOL && (packet.tcpFlags & SYN) != 0
                ? Numbers.afterSyn(end(packet))
                : Numbers.NONE;
    }

    /**
     * Changes nothing.
     *
     * @param now System.nanoTime
     */
    static int judge(ConnectionTable table, int slot, boolean outward, Packet packet, long now) {
        int flags = packet.tcpFlags;
        boolean near = isKnown(table, slot, outward);
        boolean far = isKnown(table, slot, !outward);
        int ahead = sequence(packet) - table.next(slot, outward);
        int acknowledged = acknowledgement(packet) - table.next(slot, !outward);
        if ((flags & RST) != 0) {
            boolean exact = near ? isSure(table, slot, outward) && ahead == 0 : far;
            // Before the answer to a SYN there is only what it acknowledges.
            return exact && (near || ((flags & ACK) != 0 && acknowledged == 0)) ? BELIEVED : BESIDE;
        }
        if ((flags & (SYN | ACK)) == SYN) {
            int said = end(packet) - table.next(slot, true);
            boolean again = near && !far && Numbers.areOfItsSyn(said, false);
            return outward && (again || !(near || far)) ? BELIEVED : BESIDE;
        }
        if ((flags & ACK) == 0) {
            return BESIDE; // no part of an open connection
        }
        boolean fits = fits(near, ahead, far, acknowledged);
        if ((flags & SYN) != 0) {
            boolean answers = Numbers.areOfItsSyn(acknowledged, false);
            return fits && (near || answers) ? BELIEVED : BESIDE;
        }
        if (fits) {
            return BELIEVED;
        }
        return isFresh(table, slot, now) ? BESIDE : ADOPTED;
    }

    /** Whether what the record has of the stream is segments' word alone. */
    static boolean isAdopted(ConnectionTable table, int slot) {
        return (table.flags(slot, true) & NEXT_ADOPTED) != 0;
    }

    /** Whether a segment goes on from there. A RST does only from exactly there. */
    static boolean goesOn(Numbers known, boolean outward, Packet packet) {
        boolean near = known.known(outward);
        boolean far = known.known(!outward);
        int ahead = sequence(packet) - known.next(outward);
        int acknowledged = acknowledgement(packet) - known.next(!outward);
        if ((packet.tcpFlags & RST) != 0) {
            return near && ahead == 0;
        }
        return (packet.tcpFlags & (SYN | ACK)) == ACK && fits(near, ahead, far, acknowledged);
    }

    private static boolean fits(boolean near, int ahead, boolean far, int acknowledged) {
        return (!near || isNear(ahead)) && (!far || isNear(acknowledged)) && (near || far);
    }

    /**
     * Notes a segment that is {@link #BELIEVED} or {@link #ADOPTED}; of the latter not its FIN.
     *
     * @return whether FIN or RST was seen for the first time in this direction
     */
    static boolean seen(
            ConnectionTable table, int slot, boolean outward, Packet packet, int judged) {
        boolean near = isKnown(table, slot, outward);
        boolean far = isKnown(table, slot, !outward);
        int acknowledgement = acknowledgement(packet);
        boolean acknowledges = (packet.tcpFlags & ACK) != 0;
        boolean adopted = judged == ADOPTED;
        if (adopted || !near) {
            table.next(slot, outward, end(packet));
            if (adopted) {
                table.addFlags(slot, outward, NEXT_ADOPTED);
            }
            boolean proven =
                    !adopted
                            && (!acknowledges
                                    || (packet.tcpFlags & SYN) != 0
                                    || acknowledgement == table.next(slot, !outward));
            table.addFlags(slot, outward, proven ? NEXT_KNOWN : NEXT_KNOWN | NEXT_DOUBTED);
        } else if ((packet.tcpFlags & RST) == 0) {
            follow(table, slot, outward, packet);
        }
        if (acknowledges && (packet.tcpFlags & RST) == 0) {
            if (adopted || !far) {
                table.next(slot, !outward, acknowledgement);
                // The other side has said nothing yet that fits what was adopted.
                int said = adopted ? ACK : 0;
                table.clearFlags(slot, !outward, NEXT_DOUBTED | NEXT_GAP | said);
                table.addFlags(slot, !outward, adopted ? NEXT_KNOWN | NEXT_ADOPTED : NEXT_KNOWN);
            } else {
                acknowledged(table, slot, !outward, acknowledgement);
            }
        }
        int flags = packet.tcpFlags & 0x3f;
        if ((table.flags(slot, outward) & UNSURE) != 0) {
            flags &= ~FIN;
        }
        int told = flags & (FIN | SYN | RST);
        told |= (flags & (SYN | ACK)) == (SYN | ACK) ? ACK : 0;
        int before = table.addFlags(slot, outward, flags | told << 8);
        return (flags & ENDING & ~before) != 0;
    }

    /** Whether it can be told here if a FIN or RST of this direction is the stream's. */
    static boolean canTell(ConnectionTable table, int slot, boolean outward, boolean reset) {
        int doubts = reset ? UNSURE | NEXT_GAP : UNSURE;
        return (table.flags(slot, outward) & (NEXT_KNOWN | doubts)) == NEXT_KNOWN;
    }

    /** Notes a FIN or RST that another carrier saw, if it is the stream's. */
    static boolean confirms(
            ConnectionTable table, int slot, boolean outward, int sequence, boolean reset) {
        int ahead = sequence - table.next(slot, outward);
        boolean confirmed =
                canTell(table, slot, outward, reset) && (reset ? ahead == 0 : isNear(ahead));
        if (confirmed) {
            table.addFlags(slot, outward, reset ? RST : FIN);
        }
        return confirmed;
    }

    /** The number of a FIN itself, or of a RST. */
    static int endsAt(Packet packet) {
        return (packet.tcpFlags & RST) != 0 ? sequence(packet) : end(packet) - 1;
    }

    private static void follow(ConnectionTable table, int slot, boolean outward, Packet packet) {
        int next = table.next(slot, outward);
        int end = end(packet);
        if (end - next > 0) {
            table.next(slot, outward, end);
            if (sequence(packet) - next > 0) {
                table.addFlags(slot, outward, NEXT_GAP);
            }
        }
    }

    private static void acknowledged(ConnectionTable table, int slot, boolean of, int number) {
        if (number - table.next(slot, of) >= 0) {
            table.next(slot, of, number);
            if ((table.flags(slot, of) & (NEXT_DOUBTED | NEXT_GAP)) != 0) {
                table.clearFlags(slot, of, NEXT_DOUBTED | NEXT_GAP);
            }
        }
    }

    private static boolean isKnown(ConnectionTable table, int slot, boolean outward) {
        return (table.flags(slot, outward) & NEXT_KNOWN) != 0;
    }

    private static boolean isSure(ConnectionTable table, int slot, boolean outward) {
        return (table.flags(slot, outward) & (UNSURE | NEXT_GAP)) == 0;
    }

    private static boolean isNear(int distance) {
        return distance >= -WINDOW && distance <= WINDOW;
    }

    private static boolean isFresh(ConnectionTable table, int slot, long now) {
        return isFresh(table.last(slot, true), now) || isFresh(table.last(slot, false), now);
    }

    private static boolean isFresh(long last, long now) {
        return last != Long.MIN_VALUE && now - last < FRESH_NANOS;
    }

    private static int sequence(Packet packet) {
        return i32(packet.memory, packet.transport + TCP_SEQUENCE);
    }

    private static int acknowledgement(Packet packet) {
        return i32(packet.memory, packet.transport + TCP_ACKNOWLEDGE);
    }

    /** The number after the segment's last. */
    private static int end(Packet packet) {
        int flags = packet.tcpFlags;
        return sequence(packet)
                + (packet.length - packet.headers)
                + ((flags & SYN) != 0 ? 1 : 0)
                + ((flags & FIN) != 0 ? 1 : 0);
    }
}
