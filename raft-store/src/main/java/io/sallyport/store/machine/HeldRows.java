package io.sallyport.store.machine;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Rows between a cut and their way to disk, encoded as they were at the cut. For parts of the state
 * that are small; large ones encode a row when it is drained or about to change. From any thread.
 */
final class HeldRows implements StateSink {

    @SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
    private record Row(StatePart part, byte[] key, byte @Nullable [] value) {}

    private final Queue<Row> rows = new ArrayDeque<>();

    @Override
    public synchronized void put(StatePart part, byte[] key, byte[] value) {
        rows.add(new Row(part, key, value));
    }

    @Override
    public synchronized void remove(StatePart part, byte[] key) {
        rows.add(new Row(part, key, null));
    }

    /**
     * Hands on the rows that came first.
     *
     * @param most so many at most
     * @return whether there are more
     */
    synchronized boolean drain(StateSink sink, int most) {
        for (int i = 0; i < most; i++) {
            Row row = rows.poll();
            if (row == null) {
                return false;
            }
            byte[] value = row.value();
            if (value == null) {
                sink.remove(row.part(), row.key());
            } else {
                sink.put(row.part(), row.key(), value);
            }
        }
        return !rows.isEmpty();
    }
}
