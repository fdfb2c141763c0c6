package io.sallyport.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a node keeps on disk. Its lock is held for the process's life: whoever holds it may tell the
 * store that a former life of this node is over.
 */
final class NodeDirectory implements AutoCloseable {

    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final String LOCK = "lock";

    /** There from {@link #askToLeave} until the next process opens the directory. */
    private static final String LEAVE = "leave";

    private final Path path;
    private final FileChannel channel;
    private boolean left;

    private NodeDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * @throws StartFailure where it cannot be written or another process holds it
     */
    static NodeDirectory open(Path path) {
        return openIfFree(path)
                .orElseThrow(() ->
                        new StartFailure(
                                StartFailure.FAILED,
                                "node.directory=" + path + " is in use by another process"));
    }

    /**
     * Empty where another process holds it.
     *
     * @throws StartFailure where it cannot be written
     */
    static Optional<NodeDirectory> openIfFree(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(
                            path.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!locks(channel)) {
                channel.close();
                return Optional.empty();
            }
            Files.deleteIfExists(path.resolve(LEAVE));
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(name(ProcessHandle.current()).getBytes(US_ASCII)));
            return Optional.of(new NodeDirectory(path, channel));
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED, "node.directory=" + path + " cannot be used: " + e);
        }
    }

    /** Pid and start, which together name a process for ever. */
    private static String name(ProcessHandle process) {
        return process.pid()
                + " "
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /**
     * Tells the process that holds the directory that its end will be for good, and to end.
     *
     * @return false where that process cannot be found from here: it is to be ended otherwise
     */
    static boolean askToLeave(Path path) {
        try {
            Files.writeString(path.resolve(LEAVE), "");
            String holder = Files.readString(path.resolve(LOCK));
            String pid = holder.split(" ", 2)[0];
            return pid.matches("[0-9]{1,10}")
                    && ProcessHandle.of(Long.parseLong(pid))
                            .filter(process -> name(process).equals(holder))
                            .map(ProcessHandle::destroy)
                            .orElse(false);
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED, "node.directory=" + path + " cannot be used: " + e);
        }
    }

    /** {@link #close} will say that nothing of this node is left on the box: the lock is empty. */
    void leave() {
        left = true;
    }

    /** Whether the operator has said that this node is to leave for good. */
    boolean isToLeave() {
        return Files.exists(path.resolve(LEAVE));
    }

    private static boolean locks(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * What all lives of this node on this machine have in common. Without the boot: a reboot ends a
     * former life as surely as the lock does.
     */
    String machine() {
        try {
            if (Files.isReadable(MACHINE_ID)) {
                String id = Files.readString(MACHINE_ID).strip();
                if (!id.isEmpty()) {
                    return id;
                }
            }
            Path own = path.resolve("machine");
            if (!Files.exists(own)) {
                Path fresh = path.resolve("machine.new");
                Files.writeString(fresh, UUID.randomUUID().toString());
                Files.move(fresh, own, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(own).strip();
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED, "node.directory=" + path + " cannot be used: " + e);
        }
    }

    Path spool() {
        return path.resolve("spool");
    }

    @Override
    public void close() {
        try (channel) {
            if (left) {
                channel.truncate(0);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
