package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection as this node keeps it. Worker thread. */
final class Copy {

    enum State {
        /** Proposed; its first packet has not left as far as is known here. */
        OPENING,
        OPEN,
        /** An idle end asks whether anyone saw a packet: neither forwarded nor given meanwhile. */
        STOPPED,
        /** Ended for good: never forwarded or given again. */
        ENDING
    }

    final Connection connection;
    final OutsideKey outside;
    final int copies;
    State state;
    long stateNanos;

    /** This node, or at a home one of those that handed over, agreed to it as gate. */
    boolean gateAgreed;

    /** It was open at some time: an attempt that was given up counts for nobody's key. */
    private boolean opened;

    /** All have dropped it, but someone who may know it is away. Only at the home. */
    boolean frozen;

    /** First keeper of the outside and of the inside key, in the era of {@link Copies}. */
    Incarnation home;

    Incarnation gate;
    int era;

    /** The newest epoch gave it another home. */
    boolean homeIsNew;

    /** To whom this node gave it in this epoch; complete at the home. */
    final Set<Incarnation> noted = new Holders();

    /** The end that is under way here. */
    @Nullable Fan fan;

    /** In {@code Carriage}: this node forwards it. */
    boolean installed;

    long seenNanos;
    int flagsOut;
    int flagsIn;
    long reportedNanos;
    int reportedFlags;

    /** Where it stands among {@link Copies}. */
    int position;

    private @Nullable List<Runnable> waiters;

    Copy(
            Connection connection,
            OutsideKey outside,
            int copies,
            State state,
            Incarnation home,
            Incarnation gate,
            long nowNanos) {
        this.connection = connection;
        this.outside = outside;
        this.copies = copies;
        this.state = state;
        this.home = home;
        this.gate = gate;
        opened = state != State.OPENING;
        stateNanos = nowNanos;
        seenNanos = nowNanos;
        reportedNanos = nowNanos;
    }

    /** A new epoch: who keeps it may be others, and to whom it was given counts no more. */
    void enter(int newEra, Incarnation newHome, Incarnation newGate) {
        era = newEra;
        homeIsNew = !newHome.equals(home);
        home = newHome;
        gate = newGate;
        noted.clear();
    }

    ConnectionId id() {
        return connection.id();
    }

    Incarnation opener() {
        return new Incarnation(id().incarnation());
    }

    void become(State next, long nowNanos) {
        state = next;
        opened |= next == State.OPEN;
        stateNanos = nowNanos;
    }

    /** Whether its inside key is taken by it: open, or agreed and on its way. */
    boolean takesKey() {
        return opened || gateAgreed;
    }

    /** An attempt that came to nothing: as if it had never been, but for its port. */
    boolean vain() {
        return state == State.ENDING && !takesKey();
    }

    /** Runs when the state is no longer what keeps {@code waiter} waiting. */
    void await(Runnable waiter) {
        List<Runnable> known = waiters;
        if (known == null) {
            known = new ArrayList<>(1);
            waiters = known;
        }
        known.add(waiter);
    }

    /** Takes the waiters out; they run when the caller's own change is complete. */
    List<Runnable> takeWaiters() {
        List<Runnable> taken = waiters;
        waiters = null;
        return taken == null ? List.of() : taken;
    }

    void saw(Carriage.@Nullable Observation seen) {
        if (seen != null) {
            long last = Math.max(seen.lastOutNanos(), seen.lastInNanos());
            if (last != Long.MIN_VALUE) {
                seenNanos = Math.max(seenNanos, last);
            }
            flagsOut |= seen.tcpFlagsOut() & 0xff;
            flagsIn |= seen.tcpFlagsIn() & 0xff;
        }
    }

    void saw(Frame.Sight sight, long nowNanos) {
        if (sight.ageNanos() != Frame.Sight.NEVER) {
            seenNanos = Math.max(seenNanos, nowNanos - sight.ageNanos());
        }
        flagsOut |= sight.flagsOut();
        flagsIn |= sight.flagsIn();
    }

    Frame.Sight sight(long nowNanos) {
        return new Frame.Sight(id(), Math.max(0, nowNanos - seenNanos), flagsOut, flagsIn);
    }

    Frame.Held held(long nowNanos) {
        return new Frame.Held(connection, copies, sight(nowNanos));
    }
}
