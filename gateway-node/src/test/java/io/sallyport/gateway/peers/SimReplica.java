package io.sallyport.gateway.peers;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.machine.Machine;
import io.sallyport.store.machine.StatePart;
import io.sallyport.store.machine.StateSink;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One group's state at one store: the real machine, and a disk that is a map. A checkpoint is cut
 * at once and written in pieces, while entries go on being applied; a crash before its end leaves
 * the one before.
 */
final class SimReplica<M extends Machine> {

    private static final int ROWS_PER_PIECE = 3;

    /** Rows of one disk by their names. */
    static final class Rows implements StateSink {
        @SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
        private record Row(StatePart part, byte[] key, byte @Nullable [] value) {}

        private final Map<String, Row> rows = new TreeMap<>();

        @Override
        public void put(StatePart part, byte[] key, byte[] value) {
            rows.put(name(part, key), new Row(part, key, value));
        }

        @Override
        public void remove(StatePart part, byte[] key) {
            rows.put(name(part, key), new Row(part, key, null));
        }

        private static String name(StatePart part, byte[] key) {
            return part + HexFormat.of().formatHex(key);
        }

        private void addAll(Rows newer) {
            newer.rows.forEach((name, row) -> {
                if (row.value() == null) {
                    rows.remove(name);
                } else {
                    rows.put(name, row);
                }
            });
        }

        private void loadInto(Machine machine) {
            rows.values()
                    .forEach(row -> {
                        byte[] value = row.value();
                        if (value != null) {
                            machine.load(row.part(), row.key(), value);
                        }
                    });
        }
    }

    private final Supplier<M> fresh;
    private final Rows initial;
    private final long founded;
    private M machine;
    private long applied;

    /** What a restart finds, and up to which entry it reaches. */
    private Rows disk = new Rows();

    private long durable;

    /** The checkpoint in the making; null where none is. */
    private @Nullable Rows making;

    private long makingUpTo;

    /**
     * @param initial what an empty disk holds
     * @param founded the entry up to which that reaches
     */
    SimReplica(Supplier<M> fresh, Rows initial, long founded) {
        this.fresh = fresh;
        this.initial = initial;
        this.founded = founded;
        disk.addAll(initial);
        durable = founded;
        applied = founded;
        machine = load();
    }

    private M load() {
        M loaded = fresh.get();
        disk.loadInto(loaded);
        loaded.loaded(durable);
        return loaded;
    }

    M machine() {
        return machine;
    }

    long applied() {
        return applied;
    }

    /** The last entry that its disk covers: what lies after it must still be in the log. */
    long durable() {
        return durable;
    }

    List<Answer.Applied> apply(SimGroup.LogEntry entry) {
        applied = entry.index();
        return machine.apply(entry.index(), entry.entry());
    }

    /** Begins a checkpoint, or writes some more of the one in the making. */
    void writeSome() {
        Rows rows = making;
        if (rows == null) {
            if (applied == durable) {
                return;
            }
            rows = new Rows();
            making = rows;
            makingUpTo = applied;
            machine.cut();
        }
        if (!machine.drain(rows, ROWS_PER_PIECE)) {
            disk.addAll(rows);
            durable = makingUpTo;
            making = null;
        }
    }

    /** The process ends and begins again, from its disk. */
    void restart() {
        making = null;
        machine = load();
        applied = durable;
    }

    /** A snapshot of another replica takes the place of this one's disk. */
    void install(SimReplica<M> other) {
        disk = new Rows();
        disk.addAll(other.disk);
        durable = other.durable;
        restart();
    }

    void loseDisk() {
        disk = new Rows();
        disk.addAll(initial);
        durable = founded;
        restart();
    }
}
