package io.sallyport.gateway.ports;

import io.sallyport.gateway.connections.ConnectionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What this node has of one destination. Each leased port is in exactly one of the four places. */
final class Lease {

    record Cooling(LeasedPort port, long untilNanos) {}

    /** Never given to a connection since the grant, or spent again while the store is silent. */
    private final List<LeasedPort> hand = new ArrayList<>();

    private final Map<Integer, LentPort> lent = new HashMap<>();
    private final Deque<Cooling> cooling = new ArrayDeque<>();

    /** Used and cooled, on their way back to the store. */
    final List<LeasedPort> leaving = new ArrayList<>();

    /** Waits for a port; the first in is the first served. */
    final Deque<PortLedger.Taker> waiting = new ArrayDeque<>();

    /** How many were asked for last; 0 before the first time. */
    int lastWant;

    long lastRefillNanos;

    /** The newest grant whose answer came; 0 before the first. */
    long newestGrant;

    long lastTakenNanos;

    /** Since when an Acquire is under way; 0 when none is. */
    long acquiringSince;

    boolean returning;

    /** A Return of unknown outcome: what it named must be settled before new ports come. */
    boolean returnInDoubt;

    int inHand() {
        return hand.size();
    }

    int lentOrCooling() {
        return lent.size() + cooling.size() + leaving.size();
    }

    boolean isEmpty() {
        return hand.isEmpty()
                && lent.isEmpty()
                && cooling.isEmpty()
                && leaving.isEmpty()
                && waiting.isEmpty()
                && acquiringSince == 0
                && !returning;
    }

    void add(LeasedPort port) {
        hand.add(port);
    }

    /** Any of those in hand, each as likely as the others; null where there is none. */
    @Nullable LeasedPort draw(RandomGenerator random) {
        if (hand.isEmpty()) {
            return null;
        }
        int chosen = random.nextInt(hand.size());
        LeasedPort port = hand.get(chosen);
        LeasedPort last = hand.removeLast();
        if (chosen < hand.size()) {
            hand.set(chosen, last);
        }
        return port;
    }

    void lend(LentPort port) {
        if (lent.putIfAbsent(port.port().port(), port) != null) {
            throw new IllegalStateException("port lent twice: " + port);
        }
    }

    /** Only the borrower's own word counts: one that comes late must not free the next use. */
    boolean takeBack(int port, ConnectionId borrower, long coolUntilNanos) {
        LentPort known = lent.get(port);
        if (known == null || !known.borrower().equals(borrower)) {
            return false;
        }
        lent.remove(port);
        cooling.add(new Cooling(known.port(), coolUntilNanos));
        return true;
    }

    Iterable<LentPort> lent() {
        return lent.values();
    }

    /** Moves what has cooled to the store's pile, or into the hand where the store is silent. */
    void cool(long nowNanos, boolean spendAgain) {
        while (!cooling.isEmpty() && cooling.element().untilNanos() <= nowNanos) {
            LeasedPort port = cooling.remove().port();
            if (spendAgain) {
                hand.add(port);
            } else {
                leaving.add(port);
            }
        }
        if (spendAgain && !returning && !returnInDoubt) {
            hand.addAll(leaving);
            leaving.clear();
        }
    }

    /** Unspent for long: all in hand goes back. */
    void surrender() {
        leaving.addAll(hand);
        hand.clear();
    }
}
