package io.sallyport.store.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a test's own, in a mount namespace that a sleeping process holds: nothing of it
 * is to be seen outside, and nothing is left when that process ends. Needs root, or a user
 * namespace that counts as root.
 */
public final class TestDisk implements AutoCloseable {

    private final Process holder;
    private final Path place;

    private TestDisk(Process holder, Path place) {
        this.holder = holder;
        this.place = place;
    }

    /** A disk in memory that takes so many bytes. */
    public static TestDisk small(Path place, long bytes) throws IOException {
        return mounted(place, "mount -t tmpfs -o size=" + bytes + " tmpfs '" + place + "'");
    }

    private static TestDisk mounted(Path place, String mount) throws IOException {
        Files.createDirectories(place);
        Process holder =
                new ProcessBuilder(
                                "unshare",
                                "--mount",
                                "--propagation",
                                "private",
                                "sh",
                                "-c",
                                mount + " && echo mounted && exec sleep 100000")
                        .redirectErrorStream(true)
                        .start();
        BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        if (!"mounted".equals(line)) {
            holder.destroyForcibly();
            throw new IOException("no file system at " + place + ": " + line);
        }
        return new TestDisk(holder, place);
    }

    /** How the disk's directory is called inside; for processes started by {@link #inside}. */
    public Path place() {
        return place;
    }

    /** The same directory as seen from here. */
    public Path seen() {
        return Path.of("/proc/" + holder.pid() + "/root" + place);
    }

    /** A command line that runs another one where the disk is to be seen. */
    public List<String> inside(List<String> command) {
        List<String> whole =
                new ArrayList<>(List.of("nsenter", "--mount", "-t", String.valueOf(holder.pid())));
        whole.addAll(command);
        return whole;
    }

    /** Takes all space but so many bytes. */
    public void fill(long left) throws IOException {
        long free = Files.getFileStore(seen()).getUsableSpace();
        Files.write(seen().resolve("ballast"), new byte[Math.toIntExact(free - left)]);
    }

    /** Gives back what {@link #fill} took. */
    public void free() throws IOException {
        Files.delete(seen().resolve("ballast"));
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        try {
            if (!holder.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + holder.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
