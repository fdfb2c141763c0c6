package io.sallyport.gateway;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * What a node keeps on disk. Its lock is held for the process's life: whoever holds it may tell the
 * store that a former life of this node is over.
 */
final class NodeDirectory implements AutoCloseable {

    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    private final Path path;
    private final FileChannel channel;

    private NodeDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * @throws StartFailure where it cannot be written or another process holds it
     */
    static NodeDirectory open(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(
                            path.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!locks(channel)) {
                channel.close();
                throw new StartFailure(
                        StartFailure.FAILED,
                        "node.directory=" + path + " is in use by another process");
            }
            return new NodeDirectory(path, channel);
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED, "node.directory=" + path + " cannot be used: " + e);
        }
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
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
