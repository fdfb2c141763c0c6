package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;

/**
 * Which rows a checkpoint has to write: those that changed since the one before. {@link #cut} draws
 * the line; from then on the rows are given out one by one as they were at the cut, while new
 * changes go on. A row that is about to change and was not given out yet leaves a copy behind.
 *
 * <p>Each row carries its own marks, and there are two of them that swap their meaning at a cut:
 * "changed since the cut" and "not given out yet". So a cut costs the same however much changed.
 * One thread at a time.
 */
final class Changes {

    private final Rows rows;
    private int changedMark = Rows.MARK_A;
    private int waitingMark = Rows.MARK_B;
    private RowNumbers changed = new RowNumbers();
    private RowNumbers waiting = new RowNumbers();
    private final RowNumbers copies = new RowNumbers();

    Changes(Rows rows) {
        this.rows = rows;
    }

    /** The row is new: no checkpoint knows it. */
    void created(int row) {
        rows.lower(row, waitingMark); // The mark of a row that had this number before.
        mark(row);
    }

    /** The row is about to change. */
    void changing(int row) {
        if (rows.has(row, waitingMark)) {
            rows.lower(row, waitingMark);
            copies.add(rows.copy(row));
            given(row);
        }
        mark(row);
    }

    private void mark(int row) {
        if (!rows.has(row, changedMark)) {
            rows.raise(row, changedMark);
            changed.add(row);
        }
    }

    /** The row, or a copy of it, goes into the checkpoint as it is now. */
    private void given(int row) {
        if (rows.leased(row) > 0) {
            rows.raise(row, Rows.STORED);
        } else {
            rows.lower(row, Rows.STORED);
        }
    }

    /** What changed until now is what {@link #next} gives out. */
    void cut() {
        Invariant.check(waiting.isEmpty() && copies.isEmpty(), "one checkpoint at a time");
        RowNumbers swapped = waiting;
        waiting = changed;
        changed = swapped;
        int mark = waitingMark;
        waitingMark = changedMark;
        changedMark = mark;
    }

    /**
     * A copy that waits to be given out and released, or {@link Rows#NONE}. They all go before
     * {@link #next}, which would take a copy in the place of a row that is gone for that row.
     */
    int nextCopy() {
        return copies.isEmpty() ? Rows.NONE : copies.removeLast();
    }

    /**
     * The next row to give out, as it is, or {@link Rows#NONE} when all were. A row without ports
     * is to be deleted there, and is unknown there then.
     */
    int next() {
        while (!waiting.isEmpty()) {
            int row = waiting.removeLast();
            if (rows.has(row, waitingMark)) {
                rows.lower(row, waitingMark);
                if (!rows.isReleased(row)) {
                    given(row);
                    return row;
                }
            }
        }
        waiting.clear();
        copies.clear();
        return Rows.NONE;
    }

    /** How much memory the lists of rows take. */
    long bytes() {
        return changed.bytes() + waiting.bytes() + copies.bytes();
    }
}
