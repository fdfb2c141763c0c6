package io.sallyport.gateway.peers;

import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A pass over each copy that was here when it began; it may lie between two turns, so who gets one
 * asks {@link Copies#has} of it. Those at rest are woken in their turn, and until the pass is over
 * none is put to rest, so that none is missed; where another has come into a slot meanwhile, that
 * one is given too. Worker thread.
 */
final class CopyWalk implements Iterator<Copy> {

    private List<Copy> awake;
    private final BitSet atRest;
    private final IntFunction<@Nullable Copy> inSlot;
    private int position;
    private int slot;
    private boolean ended;
    private @Nullable Copy next;

    /**
     * @param inSlot wakes what rests in a slot, or finds what does not; null where there is nothing
     */
    CopyWalk(List<Copy> awake, BitSet atRest, IntFunction<@Nullable Copy> inSlot) {
        this.awake = awake;
        this.atRest = atRest;
        this.inSlot = inSlot;
    }

    /** One that gives nothing. */
    static CopyWalk over() {
        CopyWalk walk = new CopyWalk(List.of(), new BitSet(), slot -> null);
        walk.stop();
        return walk;
    }

    @Override
    public boolean hasNext() {
        while (next == null && !ended) {
            advance();
        }
        return next != null;
    }

    private void advance() {
        if (position < awake.size()) {
            next = awake.get(position++);
            return;
        }
        slot = atRest.nextSetBit(slot);
        if (slot == AtRest.NOWHERE) {
            stop();
        } else {
            next = inSlot.apply(slot++);
        }
    }

    @Override
    public Copy next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Copy copy = next;
        next = null;
        return copy;
    }

    /** Nobody goes on with it. */
    void stop() {
        ended = true;
        next = null;
        awake = List.of();
    }

    boolean isOver() {
        return ended && next == null;
    }
}
