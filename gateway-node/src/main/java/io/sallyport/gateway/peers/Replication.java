package io.sallyport.gateway.peers;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Keeps as many copies of each connection as its gateway says. When a gateway's R changes, and once
 * in each epoch, the home of each connection makes what copies are missing and tells who holds one
 * too many, at most {@link #PER_SECOND} in a second, so that packets do not wait. The round is over
 * when everybody has answered that all this has arrived. Worker thread.
 */
final class Replication {

    /** Copies made or let go, of all connections at home here. */
    static final int PER_SECOND = 25_000;

    /** What may be sent at once after a pause. */
    private static final int BURST = 256;

    /** Copies looked at in one turn. */
    private static final int PIECE = 1024;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Seat seat;
    private final Home home;
    private final Spares spares;
    private final Inquiries inquiries;
    private final LongSupplier catalogVersion;
    private Iterator<Copy> rest = Collections.emptyIterator();
    private int left;
    private long round;
    private final Set<Incarnation> awaited = new HashSet<>();

    /** A round is to begin, or under way, or its answers are awaited. */
    private boolean busy = true;

    private Epoch begunIn = Epoch.NONE;
    private double may;
    private long lastNanos;

    Replication(
            Seat seat, Home home, Spares spares, Inquiries inquiries, LongSupplier catalogVersion) {
        this.seat = seat;
        this.home = home;
        this.spares = spares;
        this.inquiries = inquiries;
        this.catalogVersion = catalogVersion;
        lastNanos = seat.now();
    }

    /** Connections at home here that were not looked at yet. */
    int left() {
        return left;
    }

    /** As of which catalog all is as it says; -1 while it is not. */
    long doneVersion() {
        return busy ? -1 : catalogVersion.getAsLong();
    }

    /** A new epoch: its homes hand copies on by themselves, and look again when that is done. */
    void learned() {
        busy = true;
        rest = Collections.emptyIterator();
        left = 0;
        awaited.clear();
        round++;
    }

    /** This epoch is settled as far as homes judge. */
    void settled() {
        if (seat.members.homeSettled() && !begunIn.equals(seat.members.epoch())) {
            begunIn = seat.members.epoch();
            seat.walks.then(this::begin);
        }
    }

    /** Some gateway's R is another. */
    void changed() {
        if (begunIn.equals(seat.members.epoch())) {
            begin();
        }
    }

    private void begin() {
        learned();
        List<Copy> all = seat.copies.snapshot();
        rest = all.iterator();
        left = all.size();
        if (all.isEmpty()) {
            confirm();
        }
    }

    int turn(long now) {
        may = Math.min(BURST, may + (double) (now - lastNanos) / SECOND_NANOS * PER_SECOND);
        lastNanos = now;
        int done = 0;
        while (rest.hasNext() && may >= 1 && done < PIECE) {
            Copy copy = rest.next();
            left--;
            done++;
            if (seat.copies.has(copy)) {
                may -= level(copy);
            }
            if (!rest.hasNext()) {
                confirm();
            }
        }
        return done;
    }

    /** How many were told something. */
    private int level(Copy copy) {
        if (!seat.isMe(copy.home)) {
            return 0;
        }
        return switch (copy.state) {
            case OPEN -> {
                int level = seat.level(copy);
                int before = copy.copies;
                copy.copies = (byte) level;
                yield level > before ? home.make(copy) : level < before ? spares.tellAll(copy) : 0;
            }
            // An end may be called off, an opening succeed.
            case OPENING, STOPPED -> {
                Epoch epoch = seat.members.epoch();
                copy.await(() -> {
                    if (epoch.equals(seat.members.epoch())) {
                        level(copy);
                    }
                });
                yield 0;
            }
            case ENDING -> 0;
        };
    }

    /** Sessions are in order: whoever answers has all that was said before. */
    private void confirm() {
        awaited.addAll(seat.members.liveOthers());
        List.copyOf(awaited).forEach(this::ask);
        finish();
    }

    private void ask(Incarnation peer) {
        long asked = round;
        inquiries.ask(
                peer,
                List.of(),
                answer -> {
                    if (asked == round) {
                        awaited.remove(peer);
                        finish();
                    }
                });
    }

    private void finish() {
        if (awaited.isEmpty() && !rest.hasNext()) {
            busy = false;
            round++;
        }
    }

    /** A new session: homes tell again what may be lost, and then he is asked again. */
    void up(Incarnation peer) {
        if (awaited.contains(peer)) {
            seat.walks.then(() -> {
                if (awaited.contains(peer)) {
                    ask(peer);
                }
            });
        }
    }
}
