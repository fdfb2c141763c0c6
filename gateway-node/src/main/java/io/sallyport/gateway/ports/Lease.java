package io.sallyport.gateway.ports;

import static java.util.Objects.requireNonNull;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Ports;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.ports.LeasedPort.Place;
import io.sallyport.ids.Epoch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What this node has of one destination. Worker thread. */
final class Lease {

    /** A taker that waits for the store, and until when. */
    record Patient(PortLedger.Taker taker, long untilNanos) {}

    private static final long SECOND_NANOS = 1_000_000_000L;

    final LeaseKey key;
    final Appetite appetite;
    private final Holdings holdings;
    private final Hand hand = new Hand();

    /** All others. */
    private final PortMap ports = new PortMap();

    private final PriorityQueue<LeasedPort> cooling = new PriorityQueue<>(2, LeasedPort::compare);

    /** Used and cooled, or not needed: on their way back; those in doubt among them. */
    private final List<LeasedPort> leaving = new ArrayList<>(2);

    /** Waits for a port; the first in is the first served. */
    final Deque<Patient> waiting = new ArrayDeque<>(2);

    /** Known newest grant: what a Return speaks of. */
    long newestGrant;

    /** Since when an Acquire is under way; 0 when none is. */
    long acquiringSince;

    /** Since when the store says that there is no such pool; 0 while it does not. */
    long unknownSince;

    /** Not to be asked again before this time. */
    long retryNanos;

    /** Nothing is returned before this time. */
    long returnNanos;

    /** An Acquire had no answer: there may be a grant that nobody here knows. */
    boolean grantInDoubt;

    /** There is one: all that is not ours to use goes back, whatever it is. */
    boolean grantLost;

    /** Why the store gave none, when asked last; null where it gave. */
    @Nullable Shortage shortage;

    boolean returning;

    /** Until when the store counts it as under pressure. */
    long pressedUntilNanos = Long.MIN_VALUE;

    long takenNanos;

    /** When it is looked at next, and where it stands for that; {@link Agenda}'s. */
    long dueNanos;

    int place = Agenda.NOWHERE;

    private long second = Long.MIN_VALUE;
    private int takenThisSecond;
    private int takenLastSecond;

    Lease(LeaseKey key, Appetite appetite, Holdings holdings) {
        this.key = key;
        this.appetite = appetite;
        this.holdings = holdings;
    }

    int inHand() {
        return hand.size();
    }

    boolean isEmpty() {
        return ports.isEmpty()
                && hand.size() == 0
                && waiting.isEmpty()
                && acquiringSince == 0
                && !returning
                && !grantInDoubt;
    }

    boolean pressed(long nowNanos) {
        return nowNanos < pressedUntilNanos;
    }

    private void move(LeasedPort port, Place to) {
        holdings.moved(port.place(), to);
        port.place(to);
    }

    private LeasedPort outOfHand(LeasedPort port) {
        port.place(Place.HAND);
        ports.put(port);
        return port;
    }

    private void intoHand(LeasedPort port) {
        move(port, Place.HAND);
        ports.remove(port.port());
        hand.add(port.grant, port.port(), 1);
    }

    /** A port that nobody has a claim to any more. */
    private void lose(LeasedPort port) {
        move(port, Place.GONE);
        if (ports.get(port.port()) == port) {
            ports.remove(port.port());
        }
    }

    /**
     * @return how many the store granted although this node holds them: a broken promise, and never
     *     used
     */
    int granted(long grant, Ports fresh, Epoch asked) {
        newestGrant = Math.max(newestGrant, grant);
        int twice = 0;
        LeasedPort.Grant common = new LeasedPort.Grant(this, grant, asked);
        BitSet inHand = hand.numbers();
        for (int i = 0; i < fresh.size(); i++) {
            int number = fresh.get(i);
            LeasedPort known = ports.get(number);
            if (inHand.get(number) || (known != null && !given(known))) {
                twice++;
                continue;
            }
            holdings.moved(Place.GONE, Place.HAND);
            hand.add(common, number, fresh.size() - i);
        }
        return twice;
    }

    /** Whether it was returned, as its new grant proves: then the old one is forgotten. */
    private boolean given(LeasedPort known) {
        if (known.place() == Place.DOUBTFUL) {
            leaving.remove(known);
        } else if (known.place() != Place.RETURNING) {
            return false;
        }
        lose(known);
        return true;
    }

    /** Any of those in hand, each as likely as the others; null where there is none. */
    @Nullable LeasedPort draw(RandomGenerator random) {
        LeasedPort port = hand.draw(random);
        if (port != null) {
            move(outOfHand(port), Place.DRAWN);
        }
        return port;
    }

    void putBack(LeasedPort port) {
        if (port.place() != Place.DRAWN) {
            throw new IllegalStateException("not drawn: " + port);
        }
        intoHand(port);
    }

    void lend(LeasedPort port, ConnectionId borrower, long nowNanos) {
        if (port.place() != Place.DRAWN) {
            throw new IllegalStateException("lent without being drawn: " + port);
        }
        if (borrower.incarnation() != holdings.holder.number()) {
            throw new IllegalArgumentException("lent to another node's: " + borrower);
        }
        move(port, Place.LENT);
        port.borrower(borrower);
        port.nanos(nowNanos);
        holdings.lent.add(port, borrower);
    }

    /** Only the borrower's own word counts: one that comes late must not free the next use. */
    boolean takeBack(int number, ConnectionId borrower, long restsUntilNanos) {
        LeasedPort port = ports.get(number);
        if (port == null
                || port.place() != Place.LENT
                || !port.isBorrowedBy(borrower)
                || borrower.incarnation() != holdings.holder.number()) {
            return false;
        }
        holdings.lent.remove(port);
        port.nanos(restsUntilNanos);
        move(port, Place.COOLING);
        cooling.add(port);
        return true;
    }

    /** When the first of those that cool has cooled. */
    long cooledNanos(long nowNanos) {
        LeasedPort first = cooling.peek();
        return first == null ? Long.MAX_VALUE : first.nanosNear(nowNanos);
    }

    /**
     * Moves what has cooled to the store's pile. Where the store is silent it is spent again, with
     * what lay on the pile and is certainly still ours.
     */
    void cool(long nowNanos, boolean spendAgain) {
        for (LeasedPort first = cooling.peek();
                first != null && first.isDue(nowNanos);
                first = cooling.peek()) {
            leave(cooling.remove());
        }
        if (spendAgain && !leaving.isEmpty()) {
            List<LeasedPort> sure =
                    leaving.stream().filter(port -> port.place() == Place.LEAVING).toList();
            leaving.removeIf(port -> port.place() == Place.LEAVING);
            sure.forEach(this::intoHand);
        }
    }

    private void leave(LeasedPort port) {
        move(port, Place.LEAVING);
        leaving.add(port);
    }

    /** All in hand but {@code keep} goes back; any of them, since any is as good. */
    int surrender(int keep) {
        int count = Math.max(0, hand.size() - keep);
        for (int i = 0; i < count; i++) {
            leave(outOfHand(requireNonNull(hand.takeAny())));
        }
        return count;
    }

    int leaving() {
        return leaving.size();
    }

    /** Takes up to {@code most} off the pile: their Return is under way. */
    List<LeasedPort> handIn(int most) {
        List<LeasedPort> first = leaving.subList(0, Math.min(most, leaving.size()));
        List<LeasedPort> batch = List.copyOf(first);
        first.clear();
        batch.forEach(port -> move(port, Place.RETURNING));
        return batch;
    }

    /** Every port of the range that is not certainly ours to use: of a grant nobody knows, too. */
    Ports notOurs() {
        BitSet inHand = hand.numbers();
        int[] others =
                IntStream.rangeClosed(Limits.PORT_MIN, Limits.PORT_MAX)
                        .filter(number -> !inHand.get(number) && !isOurs(ports.get(number)))
                        .toArray();
        return Ports.of(others);
    }

    private static boolean isOurs(@Nullable LeasedPort port) {
        return port != null
                && switch (port.place()) {
                    case HAND, DRAWN, LENT, COOLING, LEAVING -> true;
                    case RETURNING, DOUBTFUL, GONE -> false;
                };
    }

    /**
     * The answer to a Return; what was granted anew meanwhile is not touched.
     *
     * @param to GONE: the store has them; LEAVING: they are ours still; DOUBTFUL: nobody knows
     * @return how many of the batch it was
     */
    int handedIn(List<LeasedPort> batch, Place to) {
        int count = 0;
        for (LeasedPort port : batch) {
            if (port.place() == Place.RETURNING) {
                count++;
                if (to == Place.GONE) {
                    lose(port);
                } else {
                    move(port, to);
                    leaving.add(port);
                }
            }
        }
        return count;
    }

    void taken(long nowNanos) {
        takenNanos = nowNanos;
        roll(nowNanos);
        takenThisSecond++;
    }

    /** What is needed at once: as many as were taken within the last second or so. */
    int needed(long nowNanos) {
        roll(nowNanos);
        return Math.max(takenThisSecond, takenLastSecond);
    }

    private void roll(long nowNanos) {
        long current = nowNanos / SECOND_NANOS;
        if (current != second) {
            takenLastSecond = current == second + 1 ? takenThisSecond : 0;
            takenThisSecond = 0;
            second = current;
        }
    }
}
