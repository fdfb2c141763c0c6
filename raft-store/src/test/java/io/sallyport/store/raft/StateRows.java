package io.sallyport.store.raft;

import io.sallyport.store.machine.Machine;
import io.sallyport.store.machine.StatePart;
import io.sallyport.store.machine.StateSink;
import io.sallyport.store.rocks.RocksDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** All rows of a state, wherever it is, as one short text. */
final class StateRows implements StateSink {

    private final SortedMap<String, byte[]> rows = new TreeMap<>();

    /** Of a machine of which nothing was ever drained or loaded. */
    static String of(Machine machine) {
        StateRows all = new StateRows();
        machine.cut();
        while (machine.drain(all, 1_000)) {
            // Each turn takes some.
        }
        return all.digest();
    }

    /** Of a checkpoint. */
    static String of(Path checkpoint) throws IOException {
        StateRows all = new StateRows();
        try (RocksDatabase database = RocksDatabase.open(checkpoint)) {
            database.read((part, key, value) -> {
                if (part != StatePart.META) {
                    all.put(part, key, value);
                }
            });
        }
        return all.digest();
    }

    @Override
    public void put(StatePart part, byte[] key, byte[] value) {
        rows.put(name(part, key), value);
    }

    @Override
    public void remove(StatePart part, byte[] key) {
        rows.remove(name(part, key));
    }

    private static String name(StatePart part, byte[] key) {
        return part + " " + HexFormat.of().formatHex(key);
    }

    private String digest() {
        return rows.size() + "-" + hash(rows);
    }

    private static String hash(SortedMap<String, byte[]> rows) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            rows.forEach((key, value) -> {
                digest.update(key.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                digest.update(value);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
