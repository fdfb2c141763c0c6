package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The regular walk over all copies, a piece a turn: carriers tell homes what is alive, homes look
 * for what is idle and tell holders where streams are, and holders offer what is of no use to them.
 * Worker thread.
 */
final class Rounds {

    /** A whole round takes this long, unless there is more than {@link #PIECE} per turn. */
    private static final long ROUND_NANOS = 1_000_000_000L;

    private static final int PIECE = 512;
    private static final long OPENING_NANOS = 3_000_000_000L;

    private final Seat seat;
    private final Home home;
    private final long shortestNanos;
    private final Spares spares;
    private final Map<Incarnation, List<Frame.Sight>> reports = new HashMap<>();
    private int cursor;

    /** The next slot of those at rest, after all that are awake. */
    private int slot;

    private long lastNanos;
    private double due;

    /** Of the last whole round. */
    private int homed;

    private int carried;
    private int homedSoFar;
    private int carriedSoFar;

    Rounds(Seat seat, Home home, Spares spares) {
        this.seat = seat;
        this.home = home;
        shortestNanos = seat.timeouts.shortestNanos();
        this.spares = spares;
        lastNanos = seat.now();
    }

    int homed() {
        return homed;
    }

    int carried() {
        return carried;
    }

    int turn(long now) {
        int size = seat.copies.size();
        due += (double) (now - lastNanos) / ROUND_NANOS * Math.max(1, size);
        lastNanos = now;
        int piece = (int) Math.min(due, PIECE);
        due = Math.min(due - piece, PIECE);
        for (int i = 0; i < piece; i++) {
            if (!lookAtNext(now)) {
                wrap();
                if (seat.copies.size() == 0) {
                    break;
                }
            }
        }
        if (piece > 0) {
            report();
        }
        return 0;
    }

    /** False: the round is over. */
    private boolean lookAtNext(long now) {
        if (cursor < seat.copies.awake()) {
            look(seat.copies.at(cursor++), now);
            return true;
        }
        int next = seat.copies.atRest().next(slot);
        if (next == AtRest.NOWHERE) {
            return false;
        }
        slot = next + 1;
        lookAtRest(next, now);
        return true;
    }

    /** Where this node is alone nobody is to be told of it, and it may only be idle. */
    private void lookAtRest(int resting, long now) {
        if (seat.members.live() && !seat.members.alone()) {
            look(seat.copies.wake(resting), now);
            return;
        }
        carriedSoFar++;
        if (!seat.members.live()) {
            return;
        }
        homedSoFar++;
        AtRest atRest = seat.copies.atRest();
        long silent = now - atRest.seenNanos(resting);
        // The first question reads no more of the record than its times.
        if (silent > shortestNanos && silent > atRest.idleNanos(resting, seat.timeouts)) {
            home.look(seat.copies.wake(resting), now);
        }
    }

    private void wrap() {
        cursor = 0;
        slot = 0;
        homed = homedSoFar;
        carried = carriedSoFar;
        homedSoFar = 0;
        carriedSoFar = 0;
    }

    private void look(Copy copy, long now) {
        if (copy.installed) {
            carriedSoFar++;
        }
        if (!seat.members.live()) {
            return;
        }
        if (seat.isMe(copy.home)) {
            homedSoFar++;
            home.look(copy, now);
            tellHolders(copy, now);
            if (seat.members.alone() && !home.isIdle(copy, now)) {
                seat.copies.rest(copy);
            }
        } else if (copy.installed) {
            tellHome(copy, now);
        } else if (copy.state == Copy.State.OPENING && now - copy.stateNanos > OPENING_NANOS) {
            copy.stateNanos = now;
            seat.send(copy.home, new Frame.StillOpening(copy.id()));
        } else if (isTime(copy, now)) {
            copy.reportedNanos = now;
            boolean unused = spares.offer(copy, now);
        }
    }

    private boolean isTime(Copy copy, long now) {
        return now - copy.reportedNanos > seat.quarterNanos(copy);
    }

    /**
     * What ends it comes by {@link #flagsSeen} at once; the rest is looked for where it is time.
     */
    private void tellHome(Copy copy, long now) {
        boolean time = isTime(copy, now);
        if (time && copy.state == Copy.State.OPEN) {
            seat.observe(copy);
            if (spares.offer(copy, now)) {
                copy.reportedNanos = now;
                return;
            }
        }
        boolean news = copy.seenNanos > copy.reportedNanos;
        if (copy.hasFreshFlags() || (news && time)) {
            copy.reported(now);
            toTell(copy.home).add(copy.sight(now));
        }
    }

    /**
     * Where its stream is, for whoever of the others that keep it carries it after a death; often
     * enough for a stream that pauses.
     */
    private void tellHolders(Copy copy, long now) {
        if (!isTime(copy, now) || copy.state != Copy.State.OPEN) {
            return;
        }
        seat.observe(copy);
        boolean news = copy.seenNanos > copy.reportedNanos;
        copy.reported(now);
        if (news && !copy.numbers().equals(Numbers.NONE)) {
            for (Incarnation holder : copy.noted()) {
                if (!seat.isMe(holder)) {
                    toTell(holder).add(copy.sight(now));
                }
            }
        }
    }

    private List<Frame.Sight> toTell(Incarnation peer) {
        return reports.computeIfAbsent(peer, p -> new ArrayList<>());
    }

    /** FIN or RST was seen: the home hears of it with this turn. */
    void flagsSeen(ConnectionId id, int tcpFlagsOut, int tcpFlagsIn) {
        Copy copy = seat.copies.get(id);
        if (copy == null) {
            return;
        }
        long now = seat.now();
        seat.observe(copy);
        copy.saw(
                new Frame.Sight(id, 0, tcpFlagsOut & 0xff, tcpFlagsIn & 0xff, copy.numbers()), now);
        if (!seat.isMe(copy.home)) {
            tellHome(copy, now);
            report();
        }
    }

    private void report() {
        for (Map.Entry<Incarnation, List<Frame.Sight>> entry : reports.entrySet()) {
            List<Frame.Sight> sights = entry.getValue();
            for (int from = 0; from < sights.size(); from += FrameCodec.BATCH_MAX) {
                int to = Math.min(sights.size(), from + FrameCodec.BATCH_MAX);
                seat.send(entry.getKey(), new Frame.Refresh(sights.subList(from, to)));
            }
        }
        reports.clear();
    }
}
