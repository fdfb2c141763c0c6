package io.sallyport.store.rocks;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.store.machine.StatePart;
import io.sallyport.store.machine.StateSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The state as it was at one log entry.
 *
 * <pre>
 * key                                          value
 * | 0 META      | "covers"                   | term 8, index 8: the last entry in here
 * | 1 CATALOG   | resource key, UTF-8        | resource, or "!version": version 8
 * | 2 ALLOCATOR | row key of the allocator   | member list, or who holds which ports
 * | 3 CLIENTS   | client 8                   | last index, floor, answers by sequence
 * </pre>
 *
 * <p>It is written only at a checkpoint, in many batches, and without RocksDB's own log: Raft's log
 * is the log. So a database that was being written when the process died is worth nothing; what
 * counts are the copies that {@link #checkpoint} makes once all is in files.
 */
public final class RocksDatabase implements AutoCloseable {

    private static final byte[] COVERS = {(byte) StatePart.META.number(), 'c', 'o', 'v', 'e', 'r'};

    static {
        RocksDB.loadLibrary();
    }

    /** The last log entry that a checkpoint holds. */
    public record Covers(long term, long index) {}

    /** Where rows go when they are read back. */
    public interface RowSource {
        void row(StatePart part, byte[] key, byte[] value);
    }

    private final Options options;
    private final RocksDB database;

    private RocksDatabase(Options options, RocksDB database) {
        this.options = options;
        this.database = database;
    }

    /**
     * Opens the database in a directory, empty where there is none.
     *
     * @throws IOException where the disk or the files do not allow it
     */
    public static RocksDatabase open(Path directory) throws IOException {
        Options options =
                new Options()
                        .setCreateIfMissing(true)
                        .setWriteBufferSize(16L << 20)
                        .setMaxBackgroundJobs(2)
                        .setMaxOpenFiles(256)
                        .setKeepLogFileNum(1);
        try {
            return new RocksDatabase(options, RocksDB.open(options, directory.toString()));
        } catch (RocksDBException e) {
            options.close();
            throw new IOException("cannot open the checkpoint database in " + directory, e);
        }
    }

    /**
     * Writes some of the rows that changed. They count only once {@link #cover} has succeeded.
     *
     * @return what the changes returned
     * @throws IOException where they could not be written; the database is then good for nothing
     */
    public boolean write(Predicate<StateSink> changes) throws IOException {
        try (WriteBatch batch = new WriteBatch();
                WriteOptions unlogged = new WriteOptions().setDisableWAL(true)) {
            boolean more = changes.test(new BatchSink(batch));
            database.write(unlogged, batch);
            return more;
        } catch (RocksDBException e) {
            throw new IOException("rows of the checkpoint cannot be written", e);
        }
    }

    /**
     * Says which entry the rows are of, and puts all of it into files.
     *
     * @throws IOException where they may not be on disk; the database is then good for nothing
     */
    public void cover(Covers covers) throws IOException {
        try (WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
                FlushOptions andWait = new FlushOptions().setWaitForFlush(true)) {
            byte[] value = new WireWriter().i64(covers.term()).i64(covers.index()).toBytes();
            database.put(unlogged, COVERS, value);
            database.flush(andWait);
        } catch (RocksDBException e) {
            throw new IOException("the rows of " + covers + " cannot be put into files", e);
        }
    }

    private record BatchSink(WriteBatch batch) implements StateSink {
        @Override
        public void put(StatePart part, byte[] key, byte[] value) {
            try {
                batch.put(rowKey(part, key), value);
            } catch (RocksDBException e) {
                throw new IllegalStateException("a batch is memory and takes everything", e);
            }
        }

        @Override
        public void remove(StatePart part, byte[] key) {
            try {
                batch.delete(rowKey(part, key));
            } catch (RocksDBException e) {
                throw new IllegalStateException("a batch is memory and takes everything", e);
            }
        }
    }

    private static byte[] rowKey(StatePart part, byte[] key) {
        byte[] whole = new byte[key.length + 1];
        whole[0] = (byte) part.number();
        System.arraycopy(key, 0, whole, 1, key.length);
        return whole;
    }

    /** What the database holds; empty where nothing was ever written. */
    public Optional<Covers> covers() throws IOException {
        try {
            byte[] value = database.get(COVERS);
            return value == null
                    ? Optional.empty()
                    : Optional.of(
                            WireReader.whole(
                                    value,
                                    in -> {
                                        long term = in.i64();
                                        return new Covers(term, in.i64());
                                    }));
        } catch (RocksDBException e) {
            throw new IOException("cannot read what the checkpoint covers", e);
        }
    }

    /** Reads every row, in the order of the keys. */
    public void read(RowSource sink) throws IOException {
        try (RocksIterator rows = database.newIterator()) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                byte[] key = rows.key();
                sink.row(part(key[0]), Arrays.copyOfRange(key, 1, key.length), rows.value());
            }
            rows.status();
        } catch (RocksDBException e) {
            throw new IOException("cannot read the checkpoint back", e);
        }
    }

    private static StatePart part(byte number) throws IOException {
        for (StatePart part : StatePart.values()) {
            if (part.number() == number) {
                return part;
            }
        }
        throw new IOException("the checkpoint has rows of an unknown part " + number);
    }

    /**
     * Makes a copy that stays as it is, sharing files with this one, synced to disk.
     *
     * @param directory must not exist yet; its parent must
     */
    public void checkpoint(Path directory) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.create(database)) {
            checkpoint.createCheckpoint(directory.toString());
        } catch (RocksDBException e) {
            throw new IOException("cannot make a checkpoint in " + directory, e);
        }
    }

    @Override
    public void close() {
        database.close();
        options.close();
    }
}
