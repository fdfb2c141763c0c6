package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows: a key, some flags, and the {@link Shares} of one destination. Each row is a few ints
 * and, as long as its ports are few, a block of chars; only a destination with hundreds of ports is
 * an object. One thread at a time.
 *
 * <pre>
 * int  0   number of the pool 24 bits, protocol 8
 *      1   remote address, its low 32 bits
 *      2   remote port 16 bits, flags 5, count of ports while they are a list 11
 *      3   the list's block, or the number of the planes; 0 where there is no port
 *      4-6 the remote address's other 96 bits, in a wide row (IPv6) only
 * </pre>
 *
 * A row's number is its slot and, in the lowest bit, whether it is wide.
 */
final class Rows {

    static final int NONE = 0;

    /**
     * Two flags for whom it concerns what changed since a checkpoint; a released row keeps them.
     */
    static final int MARK_A = 1 << 15;

    static final int MARK_B = 1 << 14;

    /** Whether the last checkpoint, or the one in the making, has this row. */
    static final int STORED = 1 << 13;

    private static final int SHARED = 1 << 12;
    private static final int DENSE = 1 << 11;
    private static final int COUNT = DENSE - 1;

    /** What no row in use has together. */
    private static final int RELEASED = SHARED | DENSE;

    private static final int MARKS = MARK_A | MARK_B;
    private static final int POOL = 0;
    private static final int LOW = 1;
    private static final int STATE = 2;
    private static final int CONTENT = 3;

    static {
        Invariant.check(COUNT == PortList.SIZE_MAX, "a row counts all of its list");
    }

    private final HolderBook holders;
    private final PoolBook pools;
    private final RowSlab narrow = new RowSlab(4);
    private final RowSlab wide = new RowSlab(7);
    private final Blocks blocks = new Blocks();
    private final List<@Nullable PortPlanes> dense = new ArrayList<>();
    private final List<Integer> denseReleased = new ArrayList<>();

    /** For copies and releases, which come in the middle of what others do with theirs. */
    private final RowKey ownKey = new RowKey();

    private final PortList ownList = new PortList();

    Rows(HolderBook holders, PoolBook pools) {
        this.holders = holders;
        this.pools = pools;
    }

    private RowSlab slab(int row) {
        return (row & 1) == 0 ? narrow : wide;
    }

    private int get(int row, int word) {
        return slab(row).get(row >>> 1, word);
    }

    private void set(int row, int word, int value) {
        slab(row).set(row >>> 1, word, value);
    }

    /** A row without ports. */
    int create(RowKey key) {
        boolean isNarrow = key.isNarrow();
        int row = isNarrow ? narrow.allocate() << 1 : wide.allocate() << 1 | 1;
        set(row, POOL, key.pool);
        set(row, LOW, (int) key.low);
        set(row, STATE, key.port << 16 | get(row, STATE) & MARKS);
        set(row, CONTENT, Blocks.NONE);
        if (!isNarrow) {
            set(row, 4, (int) (key.low >>> 32));
            set(row, 5, (int) key.high);
            set(row, 6, (int) (key.high >>> 32));
        }
        pools.named(key.pool >>> 8);
        return row;
    }

    boolean matches(int row, RowKey key) {
        return get(row, LOW) == (int) key.low
                && get(row, POOL) == key.pool
                && get(row, STATE) >>> 16 == key.port
                && (row & 1) == (key.isNarrow() ? 0 : 1)
                && ((row & 1) == 0
                        || get(row, 4) == (int) (key.low >>> 32)
                                && get(row, 5) == (int) key.high
                                && get(row, 6) == (int) (key.high >>> 32));
    }

    void readKey(int row, RowKey key) {
        boolean isNarrow = (row & 1) == 0;
        int pool = get(row, POOL);
        long upper = isNarrow ? 0xffff : get(row, 4);
        long low = upper << 32 | Integer.toUnsignedLong(get(row, LOW));
        long high = isNarrow ? 0 : (long) get(row, 6) << 32 | Integer.toUnsignedLong(get(row, 5));
        key.set(pools.page(pool >>> 8), pool & 0xff, high, low, get(row, STATE) >>> 16);
    }

    boolean has(int row, int flag) {
        return (get(row, STATE) & flag) != 0;
    }

    void raise(int row, int flag) {
        set(row, STATE, get(row, STATE) | flag);
    }

    void lower(int row, int flag) {
        set(row, STATE, get(row, STATE) & ~flag);
    }

    boolean isReleased(int row) {
        return (get(row, STATE) & RELEASED) == RELEASED;
    }

    int leased(int row) {
        int state = get(row, STATE);
        return (state & DENSE) == 0 ? state & COUNT : planes(row).size();
    }

    private PortPlanes planes(int row) {
        PortPlanes planes = dense.get(get(row, CONTENT));
        return Objects.requireNonNull(planes, "a dense row has planes");
    }

    /** The row's ports: its own planes, or the list, which becomes equal to its block. */
    Shares read(int row, PortList list) {
        int state = get(row, STATE);
        if ((state & DENSE) != 0) {
            return planes(row);
        }
        int block = get(row, CONTENT);
        if (block == Blocks.NONE) {
            list.clear();
        } else {
            boolean shared = (state & SHARED) != 0;
            list.read(blocks.page(block), blocks.offset(block), shared, state & COUNT);
        }
        return list;
    }

    /** How many ports may be a list, by how many they are shared: what planes would cost more. */
    static int listMax(int holders) {
        int perPlane = 252; // One holder's list and its head fill a block of 256 then.
        return Math.min(PortList.SIZE_MAX, perPlane * PortPlanes.planesOf(holders));
    }

    /** Makes the ports the row's. */
    void write(int row, Shares shares) {
        switch (shares) {
            case PortPlanes planes -> {
                if (!has(row, DENSE)) {
                    dropContent(row);
                    setContent(row, DENSE, keep(planes));
                }
            }
            case PortList list -> {
                if (list.size() == 0) {
                    dropContent(row);
                    return;
                }
                int block = blockFor(row, PortList.chars(list.holders(), list.size()));
                list.write(blocks.page(block), blocks.offset(block));
                setContent(row, (list.holders() > 1 ? SHARED : 0) | list.size(), block);
            }
        }
    }

    /** The row's block where it has the right size for so many chars, or another. */
    private int blockFor(int row, int chars) {
        int block = has(row, DENSE) ? Blocks.NONE : get(row, CONTENT);
        if (block != Blocks.NONE && Blocks.size(charsAt(row, block)) == Blocks.size(chars)) {
            return block;
        }
        dropContent(row);
        return blocks.allocate(chars);
    }

    private int charsAt(int row, int block) {
        int holdersThere =
                has(row, SHARED) ? PortList.holdersIn(blocks.page(block), blocks.offset(block)) : 1;
        return PortList.chars(holdersThere, get(row, STATE) & COUNT);
    }

    private int keep(PortPlanes planes) {
        if (denseReleased.isEmpty()) {
            dense.add(planes);
            return dense.size() - 1;
        }
        int number = denseReleased.removeLast();
        dense.set(number, planes);
        return number;
    }

    private void setContent(int row, int flagsAndCount, int content) {
        set(row, STATE, get(row, STATE) & ~(SHARED | DENSE | COUNT) | flagsAndCount);
        set(row, CONTENT, content);
    }

    private void dropContent(int row) {
        int content = get(row, CONTENT);
        if (has(row, DENSE)) {
            dense.set(content, null);
            denseReleased.add(content);
        } else if (content != Blocks.NONE) {
            blocks.release(content, charsAt(row, content));
        }
        setContent(row, 0, Blocks.NONE);
    }

    /** A row of its own that is the same now; without marks. */
    int copy(int row) {
        readKey(row, ownKey);
        int copy = create(ownKey);
        Shares shares = read(row, ownList);
        write(copy, shares instanceof PortPlanes planes ? planes.copy() : shares);
        for (int place = 0; place < shares.holders(); place++) {
            holders.named(shares.holderAt(place));
        }
        return copy;
    }

    /** The row is no more; whoever has it in an index removes it there first. */
    void release(int row) {
        Shares shares = read(row, ownList);
        for (int place = 0; place < shares.holders(); place++) {
            holders.unnamed(shares.holderAt(place));
        }
        dropContent(row);
        pools.unnamed(get(row, POOL) >>> 8);
        set(row, STATE, get(row, STATE) & MARKS | RELEASED);
        slab(row).release(row >>> 1);
    }

    /** All rows in use, copies too. */
    void each(IntConsumer visitor) {
        each(narrow.end(), 0, visitor);
        each(wide.end(), 1, visitor);
    }

    private void each(int end, int wideBit, IntConsumer visitor) {
        for (int slot = 1; slot < end; slot++) {
            int row = slot << 1 | wideBit;
            if (!isReleased(row)) {
                visitor.accept(row);
            }
        }
    }

    /** How much memory the rows and their ports take. */
    long bytes() {
        long bytes = narrow.bytes() + wide.bytes() + blocks.bytes();
        for (PortPlanes planes : dense) {
            bytes += planes == null ? 0 : planes.bytes();
        }
        return bytes;
    }
}
