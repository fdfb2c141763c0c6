package io.sallyport.store.raft;

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
import java.util.function.Consumer;
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
 * Where the state of one Raft group lies on disk.
 *
 * <pre>
 * {store.directory}/raft/{group}/
 *   current/                        Raft's log
 *   sm/checkpoint.{term}_{index}/   copies that stay as they are; Ratis sends them to followers
 *                                   that are too far behind, and puts what it received in the
 *                                   place of the whole sm/
 *   live/                           the database that the next copy is made of
 *   checkpoint.making               a copy that is not whole yet
 *   tmp/                            a received copy that is not whole yet
 * </pre>
 *
 * <p>Only the copies count. {@code live} is made anew from the latest one at every start, since
 * nobody knows what a crash left in it; its files are shared with the copies, so that costs little.
 */
final class Checkpoints implements StateMachineStorage {

    private static final Pattern NAME = Pattern.compile("checkpoint\\.(\\d+)_(\\d+)");

    /** A follower may be reading the one before the latest. */
    private static final int KEPT = 2;

    private @Nullable Path root;
    private @Nullable Path copies;
    private @Nullable Path received;
    private volatile @Nullable SnapshotInfo latest;

    private record Copy(long term, long index, Path path) {}

    @Override
    public void init(RaftStorage storage) throws IOException {
        root = storage.getStorageDir().getRoot().toPath();
        copies = storage.getStorageDir().getStateMachineDir().toPath();
        received = storage.getStorageDir().getTmpDir().toPath();
        Directories.delete(making());
        Directories.delete(received());
        restoreReplaced();
        latest = newest().map(Checkpoints::describe).orElse(null);
        LogFiles.mend(storage.getStorageDir().getCurrentDir().toPath(), covered().getIndex());
    }

    /**
     * Ratis puts a received checkpoint in the place of ours by two renames. Between them there is
     * none under the name that counts; ours, renamed, is the one that fits the log then.
     */
    private void restoreReplaced() throws IOException {
        for (Path child : Directories.children(root())) {
            if (child.getFileName().toString().startsWith(copies().getFileName() + ".tmp")) {
                if (Files.exists(copies())) {
                    Directories.delete(child);
                } else {
                    Files.move(child, copies(), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        Directories.sync(root());
    }

    /**
     * Makes what was received survive a power failure, before it takes the place of ours: Ratis
     * writes it without.
     */
    void syncReceived() throws IOException {
        Directories.syncTree(received());
    }

    /** Makes the place that it took survive one too. */
    void syncReplaced() throws IOException {
        Directories.sync(root());
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return latest;
    }

    /** What the latest copy covers; {@link TermIndex#INITIAL_VALUE} without one. */
    TermIndex covered() {
        SnapshotInfo known = latest;
        return known == null ? TermIndex.INITIAL_VALUE : known.getTermIndex();
    }

    /**
     * Opens a live database that is as the latest copy is. No other may be open.
     *
     * @throws IOException where the copy is not what its name says
     */
    RocksDatabase open() throws IOException {
        Optional<Copy> newest = newest();
        latest = newest.map(Checkpoints::describe).orElse(null);
        Path live = root().resolve("live");
        Directories.delete(live);
        if (newest.isPresent()) {
            copyInto(newest.get().path(), live);
        }
        RocksDatabase opened = RocksDatabase.open(live);
        if (!opened.covers().equals(newest.map(Checkpoints::covers))) {
            opened.close();
            throw new IOException("checkpoint " + newest + " does not cover what its name says");
        }
        return opened;
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
     * Makes the latest copy of a live database whose rows are all in files.
     *
     * @throws IOException where that did not succeed: there is no new checkpoint then, and the log
     *     stays
     */
    void publish(RocksDatabase live, TermIndex covered, Consumer<Milestone> milestones)
            throws IOException {
        Directories.delete(making());
        live.checkpoint(making());
        Directories.syncTree(making());
        milestones.accept(Milestone.COPIED);
        Path place = copies().resolve("checkpoint." + covered.getTerm() + "_" + covered.getIndex());
        Directories.delete(place);
        Files.createDirectories(copies());
        Files.move(making(), place, StandardCopyOption.ATOMIC_MOVE);
        milestones.accept(Milestone.NAMED);
        Directories.sync(copies());
        Directories.sync(root());
        latest = describe(new Copy(covered.getTerm(), covered.getIndex(), place));
        milestones.accept(Milestone.LATEST);
        deleteOlder();
        milestones.accept(Milestone.OLDER_DELETED);
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

    private void deleteOlder() throws IOException {
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
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {
        // Older copies go when a new one is the latest, not whenever Ratis looks.
    }

    @Override
    public void format() {
        // Ratis formats the directory itself; there is nothing else of ours in it.
    }

    /** The group's directory. */
    Path root() {
        return Objects.requireNonNull(root, "init comes first");
    }

    private Path copies() {
        return Objects.requireNonNull(copies, "init comes first");
    }

    private Path received() {
        return Objects.requireNonNull(received, "init comes first");
    }

    private Path making() {
        return root().resolve("checkpoint.making");
    }
}
