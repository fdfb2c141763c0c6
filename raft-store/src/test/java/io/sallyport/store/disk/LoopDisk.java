package io.sallyport.store.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An ext4 file system in a file, which outlives its mounts: each process that is started {@link
 * #inside} mounts it in a namespace of its own, and takes the mount with it when it ends. Needs
 * root outside of user namespaces, and loop devices.
 */
public final class LoopDisk {

    private final Path image;
    private final Path place;

    private LoopDisk(Path image, Path place) {
        this.image = image;
        this.place = place;
    }

    public static LoopDisk make(Path directory, long bytes) throws IOException {
        Path image = directory.resolve("disk.image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        Process format =
                new ProcessBuilder("mkfs.ext4", "-q", image.toString()).inheritIO().start();
        if (format.onExit().join().exitValue() != 0) {
            throw new IOException("no file system in " + image);
        }
        Path place = directory.resolve("mounted");
        Files.createDirectories(place);
        return new LoopDisk(image, place);
    }

    /** How the disk's directory is called inside. */
    public Path place() {
        return place;
    }

    /** A command line that runs another one where the disk is mounted. */
    public List<String> inside(List<String> command) {
        // The mount of the process before may take a moment to go.
        String script =
                """
                while losetup -j "$0" | grep -q .; do sleep 0.02; done
                mount -o loop "$0" "$1" && shift && exec "$@"
                """;
        List<String> whole =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "--propagation",
                                "private",
                                "sh",
                                "-c",
                                script,
                                image.toString(),
                                place.toString()));
        whole.addAll(command);
        return whole;
    }
}
