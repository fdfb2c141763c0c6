package io.sallyport.store.raft;

import io.sallyport.store.machine.StoreMachine;
import io.sallyport.store.rocks.RocksDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * Where the state lies on disk.
 *
 * <pre>
 * {store.directory}/
 *   raft/{group}/current/       Raft's log
 *   raft/{group}/sm/checkpoint.{term}_{index}/   copies that stay as they are; Ratis sends them to
 *                                                followers that are too far behind, and puts one
 *                                                that it received in the place of the whole sm/
 *   live/                       the database that the next checkpoint is made of
 * </pre>
 *
 * <p>A start begins with the latest copy; {@code live} is used where it covers the same entry and
 * is made anew from the copy where it does not (after a crash between flush and copy, or after a
 * received one). On Ratis' threads, one at a time.
 */
final class Checkpoints implements StateMachineStorage {

    private static final Pattern NAME = Pattern.compile("checkpoint\\.(\\d+)_(\\d+)");

    /** A follower may be reading the one before the latest. */
    private static final int KEPT = 2;

    private final Path live;
    private @Nullable RocksDatabase database;
    private @Nullable Path copies;
    private @Nullable Path temporary;
    private volatile @Nullable SnapshotInfo latest;

    Checkpoints(Path directory) {
        live = directory.resolve("live");
    }

    private record Copy(long term, long index, Path path) {}

    @Override
    public void init(RaftStorage storage) throws IOException {
        copies = storage.getStorageDir().getStateMachineDir().toPath();
        temporary = storage.getStorageDir().getRoot().toPath().resolve("checkpoint.making");
        Directories.delete(temporary());
        latest = newest().map(Checkpoints::describe).orElse(null);
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return latest;
    }

    /** Reads the latest copy into a fresh machine, and says what it covers. */
    TermIndex load(StoreMachine machine) throws IOException {
        close();
        Optional<Copy> newest = newest();
        latest = newest.map(Checkpoints::describe).orElse(null);
        RocksDatabase opened = openLive(newest);
        database = opened;
        if (newest.isEmpty()) {
            return TermIndex.INITIAL_VALUE;
        }
        Copy copy = newest.get();
        opened.read(machine::load);
        machine.loaded(copy.index());
        return TermIndex.valueOf(copy.term(), copy.index());
    }

    private RocksDatabase openLive(Optional<Copy> wanted) throws IOException {
        RocksDatabase opened = RocksDatabase.open(live);
        if (opened.covers().equals(wanted.map(Checkpoints::covers))) {
            return opened;
        }
        opened.close();
        Directories.delete(live);
        if (wanted.isPresent()) {
            copyInto(wanted.get().path(), live);
        }
        RocksDatabase fresh = RocksDatabase.open(live);
        if (!fresh.covers().equals(wanted.map(Checkpoints::covers))) {
            fresh.close();
            throw new IOException("checkpoint " + wanted + " does not cover what its name says");
        }
        return fresh;
    }

    private static RocksDatabase.Covers covers(Copy copy) {
        return new RocksDatabase.Covers(copy.term(), copy.index());
    }

    /** Files of rows never change, so they are shared; the rest is small. */
    private static void copyInto(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : contents(from)) {
            Path target = to.resolve(file.getFileName());
            if (file.getFileName().toString().endsWith(".sst")) {
                Files.createLink(target, file);
            } else {
                Files.copy(file, target);
            }
        }
    }

    /**
     * Writes what changed and makes a copy of it.
     *
     * @throws IOException where that did not succeed: there is no new checkpoint then, and the log
     *     stays
     */
    void take(StoreMachine machine, TermIndex covered) throws IOException {
        RocksDatabase open = database;
        if (open == null) {
            throw new IOException(
                    "no checkpoint is made before the state was loaded, or after a failed one");
        }
        // Rows that were drained and not written would be missing from every later checkpoint. So
        // after a failure there is none, until a restart makes the state anew from copy and log.
        database = null;
        try {
            open.write(
                    new RocksDatabase.Covers(covered.getTerm(), covered.getIndex()),
                    machine::drainDirty);
            database = open;
        } finally {
            if (database == null) {
                open.close();
            }
        }
        Directories.delete(temporary());
        open.checkpoint(temporary());
        Path place = copies().resolve("checkpoint." + covered.getTerm() + "_" + covered.getIndex());
        Directories.delete(place);
        Files.createDirectories(copies());
        Files.move(temporary(), place, StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(copies());
        latest = describe(new Copy(covered.getTerm(), covered.getIndex(), place));
    }

    private Optional<Copy> newest() throws IOException {
        return found().stream().max(Comparator.comparingLong(Copy::index));
    }

    private List<Copy> found() throws IOException {
        List<Copy> found = new ArrayList<>();
        for (Path child : Directories.children(copies())) {
            Matcher name = NAME.matcher(child.getFileName().toString());
            if (name.matches()) {
                found.add(
                        new Copy(
                                Long.parseLong(name.group(1)),
                                Long.parseLong(name.group(2)),
                                child));
            }
        }
        return found;
    }

    /** Without the digests that Ratis puts beside files that it received. */
    private static List<Path> contents(Path copy) throws IOException {
        return Directories.children(copy).stream()
                .filter(file -> !file.getFileName().toString().endsWith(".md5"))
                .toList();
    }

    private static SnapshotInfo describe(Copy copy) {
        try {
            List<FileInfo> files =
                    contents(copy.path()).stream()
                            .map(file -> new FileInfo(file.toAbsolutePath(), null))
                            .toList();
            return new FileListSnapshotInfo(files, copy.term(), copy.index());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
        List<Copy> old =
                found().stream()
                        .sorted(Comparator.comparingLong(Copy::index).reversed())
                        .skip(KEPT)
                        .toList();
        for (Copy copy : old) {
            Directories.delete(copy.path());
        }
    }

    @Override
    public void format() {
        // Ratis formats the directory itself; there is nothing else of ours in it.
    }

    void close() {
        RocksDatabase open = database;
        if (open != null) {
            open.close();
            database = null;
        }
    }

    private Path copies() {
        return Objects.requireNonNull(copies, "init comes first");
    }

    private Path temporary() {
        return Objects.requireNonNull(temporary, "init comes first");
    }
}
