package io.sallyport.solo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * All that solo keeps: the processes' data and logs, keys, ports. Its lock is held for the life of
 * this process, so that one directory never serves two.
 *
 * <pre>
 * lock  ports  operator.key  ec2.key  tenant.key  aws-credentials  processes  store/  gateway/
 * config/  logs/
 * </pre>
 */
final class StateDirectory implements AutoCloseable {

    private static final int KEY_BYTES = 24;

    private final Path path;
    private final FileChannel lock;

    private StateDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static StateDirectory open(Path given) {
        Path path = given.toAbsolutePath();
        try {
            for (String part : List.of("store", "gateway", "config", "logs")) {
                Files.createDirectories(path.resolve(part));
            }
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            FileChannel channel =
                    FileChannel.open(
                            path.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw new SoloFailure(
                        SoloFailure.FAILED, "another solo runs with the state in " + path);
            }
            return new StateDirectory(path, channel);
        } catch (IOException e) {
            throw new SoloFailure(SoloFailure.FAILED, path + " cannot be used: " + e);
        }
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    Optional<String> read(String name) {
        Path file = path.resolve(name);
        try {
            return Files.exists(file)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whole or not at all; for the owner's eyes only. */
    void write(String name, String content) {
        Path fresh = path.resolve(name + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(
                    fresh,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, content + "\n");
            Files.move(
                    fresh,
                    path.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operator's key, drawn at the first start. */
    String operatorKey() {
        return drawn("operator.key");
    }

    /** What the tenant's secret access key follows from, likewise. */
    String ec2Key() {
        return drawn("ec2.key");
    }

    private String drawn(String name) {
        Optional<String> kept = read(name);
        if (kept.isPresent()) {
            return kept.get();
        }
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        String fresh = HexFormat.of().formatHex(random);
        write(name, fresh);
        return fresh;
    }

    /** This many loopback ports, free when they were chosen, the same at every start. */
    List<Integer> ports(int count) {
        Optional<String> kept = read("ports");
        if (kept.isPresent()) {
            return kept.get().lines().map(Integer::parseInt).toList();
        }
        List<ServerSocket> probes = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                probes.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports = probes.stream().map(ServerSocket::getLocalPort).toList();
            write("ports", String.join("\n", ports.stream().map(String::valueOf).toList()));
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            probes.forEach(StateDirectory::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
