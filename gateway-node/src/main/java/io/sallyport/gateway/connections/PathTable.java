package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.agrona.collections.IntArrayList;

/**
 * The ways to clients, each once, however many connections take it, by numbers that the connections
 * are counted by. A way is written before its number is given out and stays as it is until it is
 * nobody's and no program can still hold it, so that nobody reads half of one.
 *
 * <p>The first numbers are places of the memory that the programs read. Where all of those are in
 * use, further ones are places of the heap: the programs find nothing there and hand up what they
 * would have sent. Which of the two a number is, is all that its user need know. Worker thread.
 */
@HotPath
final class PathTable extends NumberIndex {

    /** The way of a client that has none; its four words are 0. */
    static final int UNKNOWN = 0;

    private static final int WORDS = RecordLayout.PATH_BYTES / Long.BYTES;

    private final MemorySegment memory;

    /** How many numbers are places of {@link #memory}. */
    private final int most;

    private final KeyHash hash;
    private final long graceNanos;
    private long[] apart = new long[0];
    private int[] uses = new int[64];

    private final IntArrayList free = new IntArrayList();
    private final IntArrayList freeApart = new IntArrayList();

    /** These and all above were never used. */
    private int fresh = UNKNOWN + 1;

    private int freshApart;

    /** Given up since the last of {@link #resting} began to rest. */
    private final IntArrayList givenUp = new IntArrayList();

    private final IntArrayList resting = new IntArrayList();
    private long restingUntil;

    /**
     * Empty, whatever the memory holds.
     *
     * @param hash secret, since clients choose their MACs
     * @param graceNanos how long somebody else may hold a number that was taken from a record
     */
    PathTable(MemorySegment memory, int most, KeyHash hash, long graceNanos) {
        this.memory = memory;
        this.most = most;
        this.hash = hash;
        this.graceNanos = graceNanos;
        freshApart = most;
    }

    /** The number of that way, for one connection more. */
    int take(long vtepHigh, long vtepLow, long clientMac, long gatewayMac) {
        if ((vtepHigh | vtepLow | clientMac) == 0) {
            return UNKNOWN;
        }
        int known = find(vtepHigh, vtepLow, clientMac, gatewayMac);
        if (known == UNKNOWN || (isApart(known) && hasRoom())) {
            if (known != UNKNOWN) {
                remove(known); // whoever has it keeps it; who comes now has a better one
            }
            known = place();
            word(known, 0, vtepHigh);
            word(known, 1, vtepLow);
            word(known, 2, clientMac);
            word(known, 3, gatewayMac);
            add(known);
        }
        use(known);
        return known;
    }

    private int find(long vtepHigh, long vtepLow, long clientMac, long gatewayMac) {
        int place = begin(hash.of(vtepHigh, vtepLow, clientMac, gatewayMac, 0, 0));
        for (int number = at(place); number != UNKNOWN; number = at(place)) {
            if (word(number, 2) == clientMac
                    && word(number, 1) == vtepLow
                    && word(number, 0) == vtepHigh
                    && word(number, 3) == gatewayMac) {
                return number;
            }
            place = after(place);
        }
        return UNKNOWN;
    }

    @Override
    long hash(int number) {
        return hash.of(word(number, 0), word(number, 1), word(number, 2), word(number, 3), 0, 0);
    }

    private int place() {
        if (!free.isEmpty()) {
            return free.popInt();
        }
        if (fresh < most) {
            return fresh++;
        }
        return freeApart.isEmpty() ? freshApart++ : freeApart.popInt();
    }

    private void use(int number) {
        if (number >= uses.length) {
            uses = Arrays.copyOf(uses, Math.max(number + 1, 2 * uses.length));
        }
        uses[number]++;
    }

    /** Whether the programs do not know it. */
    boolean isApart(int number) {
        return number >= most;
    }

    /** Whether the programs may learn of another. */
    boolean hasRoom() {
        return !free.isEmpty() || fresh < most;
    }

    /** How many the programs know. */
    int size() {
        return fresh - 1 - free.size();
    }

    /** How many they have no room for. */
    int sizeApart() {
        return freshApart - most - freeApart.size();
    }

    /** One connection less has it, and nobody else can hold its number by now. */
    void release(int number) {
        if (number != UNKNOWN && --uses[number] == 0) {
            remove(number); // unless it had gone already
            (isApart(number) ? freeApart : free).pushInt(number);
        }
    }

    /** The same, but a program may hold it still. */
    void giveUp(int number) {
        if (graceNanos == 0) {
            release(number);
        } else if (number != UNKNOWN) {
            givenUp.pushInt(number);
        }
    }

    /** Releases what was given up long enough ago. */
    void turn(long now) {
        if (!resting.isEmpty() && now - restingUntil >= 0) {
            while (!resting.isEmpty()) {
                release(resting.popInt());
            }
        }
        if (resting.isEmpty() && !givenUp.isEmpty()) {
            while (!givenUp.isEmpty()) {
                resting.pushInt(givenUp.popInt());
            }
            restingUntil = now + graceNanos;
        }
    }

    /**
     * A connection of a former life has that number.
     *
     * @return the number from now on: a place of the former life's heap is {@link #UNKNOWN}
     */
    int adopt(int number) {
        if (number <= UNKNOWN || isApart(number)) {
            return UNKNOWN;
        }
        fresh = Math.max(fresh, number + 1);
        use(number);
        if (uses[number] == 1) {
            add(number);
        }
        return number;
    }

    /** All were adopted: the numbers between them are free. */
    void adopted() {
        for (int number = fresh - 1; number > UNKNOWN; number--) {
            if (number >= uses.length || uses[number] == 0) {
                free.pushInt(number);
            }
        }
    }

    /** The words are those of {@code struct path}. */
    long word(int number, int index) {
        return isApart(number)
                ? apart[(number - most) * WORDS + index]
                : memory.get(JAVA_LONG, at(number, index));
    }

    private void word(int number, int index, long value) {
        if (!isApart(number)) {
            memory.set(JAVA_LONG, at(number, index), value);
            return;
        }
        int at = (number - most) * WORDS + index;
        if (at >= apart.length) {
            apart = Arrays.copyOf(apart, Math.max(64 * WORDS, 2 * apart.length));
        }
        apart[at] = value;
    }

    private static long at(int number, int index) {
        return (long) number * RecordLayout.PATH_BYTES + (long) index * Long.BYTES;
    }
}
