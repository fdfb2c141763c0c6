package io.sallyport.gateway.guard;

import io.sallyport.gateway.io.WatchedProcess.State;
import java.util.function.BooleanSupplier;

/**
 * Whether a node answers, from looks at it. What the kernel says (ended, stopped) counts at once; a
 * worker that does not turn counts after seven looks that came on time, since a guard that was late
 * itself has seen a busy box and not a stuck node. Pure: time is an argument, in nanoseconds.
 */
final class FailureDetector {

    /** How often it is looked. */
    static final long LOOK_NANOS = 10_000_000;

    /** A look that comes later than this says nothing about a silence before it. */
    static final long LATE_NANOS = 2 * LOOK_NANOS;

    /**
     * The worker turns every 5 ms at least: seven looks without a turn are fourteen that it missed.
     */
    static final int SILENT_LOOKS = 7;

    /** A node that a busy box lets starve for so long carries nothing, whoever is to blame. */
    static final long STARVED_NANOS = 2_000_000_000L;

    private static final long RETURN_NANOS = 250_000_000;
    private static final long RETURN_NANOS_MAX = 8_000_000_000L;

    /** A node that went well for so long starts afresh. */
    private static final long FORGET_NANOS = 60_000_000_000L;

    private long lastLook;
    private long lastBeats;
    private long lastTurn;
    private int silent;
    private boolean answering = true;
    private long since;
    private long toReturn = RETURN_NANOS;
    private long lastFall;
    private String why = "";

    /** A node that answers until the contrary is seen. */
    FailureDetector(long now, long beats) {
        lastLook = now;
        lastBeats = beats;
        lastTurn = now;
        since = now;
        lastFall = now - FORGET_NANOS;
    }

    /**
     * One look.
     *
     * @param starved asked from the second look without a turn on: whether a thread of the node
     *     would run, but got no processor since the last look
     * @return whether the node answers; one that did not must turn without a gap for a while, the
     *     longer the more often it fell silent
     */
    boolean look(long now, long beats, State state, BooleanSupplier starved) {
        boolean onTime = now - lastLook <= LATE_NANOS;
        lastLook = now;
        boolean turned = beats != lastBeats;
        lastBeats = beats;
        if (turned) {
            lastTurn = now;
            silent = 0;
        } else if (onTime && !(silent > 0 && starved.getAsBoolean())) {
            silent++;
        }
        String gone = gone(state);
        if (answering && !gone.isEmpty()) {
            fall(now, gone);
        } else if (!answering) {
            if (!turned || !gone.isEmpty()) {
                since = now;
            }
            answering = now - since >= toReturn;
        }
        return answering;
    }

    /** Nothing to detect until now, since the node announces nothing: what is to come is new. */
    void begin(long now, long beats) {
        answering = true;
        lastLook = now;
        lastBeats = beats;
        lastTurn = now;
        silent = 0;
    }

    private String gone(State state) {
        return switch (state) {
            case ENDED -> "has ended";
            case STOPPED -> "is stopped";
            case ALIVE -> {
                if (silent >= SILENT_LOOKS) {
                    yield "does not turn";
                }
                yield lastLook - lastTurn > STARVED_NANOS ? "gets no processor" : "";
            }
        };
    }

    private void fall(long now, String what) {
        answering = false;
        why = what;
        toReturn =
                now - lastFall > FORGET_NANOS
                        ? RETURN_NANOS
                        : Math.min(2 * toReturn, RETURN_NANOS_MAX);
        lastFall = now;
        since = now;
    }

    /** Why it does not answer. */
    String why() {
        return why;
    }
}
