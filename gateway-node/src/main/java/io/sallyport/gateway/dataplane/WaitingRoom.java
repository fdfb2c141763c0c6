package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.gateway.connections.Keeping.Waiter;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Where packets wait whose connection is being opened or asked for, and those that may go a little
 * later (next hop, first fragment, an end that may be called off). Bounded in packets and bytes, in
 * all and for each key. Answers are noted and acted on at {@link #turn}, since one may come within
 * the very call that asked.
 */
final class WaitingRoom {

    /**
     * A question on the way: who opens is not answered by who only asked, nor one stream's SYN by
     * another's.
     *
     * @param stream the number after its SYN; 0 where it does not open, or is none of TCP
     */
    record Ticket(Object key, boolean opens, int stream) {}

    /** Who runs packets again and loses them. */
    interface Desk {
        /** Its question was answered: it is not asked again. */
        void again(PacketDoor door, Frame frame);

        /** As if it came now. */
        void retry(PacketDoor door, Frame frame);

        void refused(PacketDoor door, Frame frame, Refusal refusal);

        void lost(Frame frame, DropReason reason);
    }

    static final int PACKETS_PER_KEY = 8;
    static final int PACKETS = 4096;
    static final int BYTES = 8 << 20;
    static final int FRAGMENTS = 1024;

    /** So that who moves an address does not take the room of all others. */
    static final int MOVING = 256;

    /** Nor who makes up a SYN of a fast stream, which then stands until all have been asked. */
    static final int STOPPED = 1024;

    static final long PATIENCE_NANOS = 3_000_000_000L;
    private static final long RETRY_NANOS = 5_000_000L;

    private final class Asked implements Waiter {
        private final Ticket ticket;
        private final long since;
        private final List<Held> packets = new ArrayList<>(2);
        private @Nullable Refusal refusal;
        private boolean done;

        Asked(Ticket ticket, long since) {
            this.ticket = ticket;
            this.since = since;
        }

        @Override
        public void ready(int slot) {
            answered(this, null);
        }

        @Override
        public void refused(Refusal why) {
            answered(this, why);
        }
    }

    private record Later(Held packet, DropReason reason, long until) {}

    /** The first that was asked is the first whose time is over. */
    private final SequencedMap<Ticket, Asked> asked = new LinkedHashMap<>();

    private final ArrayDeque<Asked> answered = new ArrayDeque<>();
    private ArrayDeque<Later> later = new ArrayDeque<>();
    private final Outbox outbox;
    private final Counters counters;
    private final Frame frame = new Frame();
    private int packets;
    private int bytes;
    private int fragments;
    private int moving;
    private int stopped;
    private long retryAt;

    /** No question's time is over before. A look at the map itself makes an object. */
    private long overAt;

    private boolean retrySoon;

    WaitingRoom(Outbox outbox, Counters counters) {
        this.outbox = outbox;
        this.counters = counters;
    }

    /**
     * Keeps a copy until the ticket's question is answered.
     *
     * @return the waiter to ask with where nobody has asked yet; null: joined, or lost
     */
    @Nullable Waiter wait(Ticket ticket, PacketDoor door, Frame packet, long now, Desk desk) {
        Asked question = asked.get(ticket);
        if (full(packet) || (question != null && question.packets.size() >= PACKETS_PER_KEY)) {
            desk.lost(packet, DropReason.WAITING_ROOM_FULL);
            return null;
        }
        boolean first = question == null;
        if (question == null) {
            if (asked.isEmpty()) {
                overAt = now + PATIENCE_NANOS;
            }
            question = new Asked(ticket, now);
            asked.put(ticket, question);
        }
        question.packets.add(hold(door, packet));
        return first ? question : null;
    }

    /** Runs it again every few milliseconds until it goes or {@code patienceNanos} have passed. */
    void later(
            PacketDoor door,
            Frame packet,
            DropReason reason,
            long now,
            long patienceNanos,
            Desk desk) {
        if (full(packet)) {
            desk.lost(packet, DropReason.WAITING_ROOM_FULL);
        } else if (reason == DropReason.FRAGMENT_WITHOUT_FIRST && fragments >= FRAGMENTS) {
            desk.lost(packet, DropReason.FRAGMENTS_TOO_MANY);
        } else if (reason == DropReason.EIP_MOVING && moving >= MOVING
                || reason == DropReason.STOPPED && stopped >= STOPPED) {
            desk.lost(packet, reason);
        } else {
            fragments += reason == DropReason.FRAGMENT_WITHOUT_FIRST ? 1 : 0;
            moving += reason == DropReason.EIP_MOVING ? 1 : 0;
            stopped += reason == DropReason.STOPPED ? 1 : 0;
            if (later.isEmpty()) {
                retryAt = now + RETRY_NANOS;
            }
            later.add(new Later(hold(door, packet), reason, now + patienceNanos));
        }
    }

    /** Something came that may let the later ones go. */
    void retrySoon() {
        retrySoon = true;
    }

    int waiting() {
        return packets;
    }

    /** Acts on answers and on time; how many packets moved. */
    int turn(long now, Desk desk) {
        int moved = 0;
        for (Asked question = answered.poll(); question != null; question = answered.poll()) {
            moved += settle(question, desk);
        }
        if (!asked.isEmpty() && now - overAt >= 0) {
            moved += giveUp(now, desk);
        }
        if (!later.isEmpty() && (retrySoon || now - retryAt >= 0)) {
            moved += retry(now, desk);
            retryAt = now + RETRY_NANOS;
        }
        retrySoon = false;
        counters.set(Counters.Name.WAITING_PACKETS, packets);
        return moved;
    }

    /** Questions that nobody has answered for so long. */
    private int giveUp(long now, Desk desk) {
        int moved = 0;
        for (var oldest = asked.firstEntry(); oldest != null; oldest = asked.firstEntry()) {
            Asked question = oldest.getValue();
            overAt = question.since + PATIENCE_NANOS;
            if (now - overAt < 0) {
                break;
            }
            question.done = true;
            asked.remove(question.ticket);
            for (Held held : question.packets) {
                release(held);
                desk.lost(frame, DropReason.WAITED_TOO_LONG);
            }
            moved += question.packets.size();
        }
        return moved;
    }

    private void answered(Asked question, @Nullable Refusal refusal) {
        if (!question.done) {
            question.done = true;
            question.refusal = refusal;
            asked.remove(question.ticket);
            answered.add(question);
        }
    }

    private int settle(Asked question, Desk desk) {
        for (Held held : question.packets) {
            release(held);
            Refusal refusal = question.refusal;
            if (refusal == null) {
                desk.again(held.door, frame);
            } else {
                desk.refused(held.door, frame, refusal);
            }
        }
        return question.packets.size();
    }

    /** Each is run once; what still cannot go joins the queue again with its own deadline. */
    private int retry(long now, Desk desk) {
        ArrayDeque<Later> due = later;
        later = new ArrayDeque<>();
        fragments = 0;
        moving = 0;
        stopped = 0;
        for (Later one : due) {
            release(one.packet);
            if (now - one.until >= 0) {
                desk.lost(frame, one.reason);
                continue;
            }
            int before = later.size();
            desk.retry(one.packet.door, frame);
            if (later.size() > before) {
                Later again = later.removeLast();
                later.add(new Later(again.packet, again.reason, one.until));
            }
        }
        return due.size() - later.size();
    }

    private boolean full(Frame packet) {
        return packets >= PACKETS || bytes + packet.length > BYTES;
    }

    /** Whether it could wait for a question that nobody has asked yet. */
    boolean takes(Frame packet) {
        return !full(packet);
    }

    private Held hold(PacketDoor door, Frame packet) {
        packets++;
        bytes += packet.length;
        return new Held(door, packet);
    }

    private void release(Held held) {
        packets--;
        bytes -= held.length();
        held.restore(outbox, frame);
    }
}
