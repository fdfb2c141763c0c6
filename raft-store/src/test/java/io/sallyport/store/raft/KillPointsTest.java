package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.store.disk.LoopDisk;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store dies at every step of the way from log to checkpoint, again and again on the same disk,
 * and each time it comes back with all that it acknowledged. At the end its checkpoint, made in
 * many parts around all those deaths, is that of a machine that applied the same entries in peace.
 */
class KillPointsTest {

    /** More than two checkpoints' worth in each life. */
    private static final int ENTRIES = 40;

    /** How often each point is died at; more rounds take longer and find no less. */
    private static final int ROUNDS = Integer.getInteger("sallyport.kill.rounds", 1);

    /** Far more than a life takes; one that hangs does not hold up the others. */
    private static final int LIFE_SECONDS = 60;

    @TempDir private Path disk;

    private static List<String> points() {
        return Stream.concat(
                        Stream.of(Milestone.values()).map(Milestone::name),
                        Stream.of(KillableStore.ACKNOWLEDGED))
                .toList();
    }

    @Test
    void aKilledProcessLosesNothing() throws Exception {
        Path directory = disk.resolve("store-1");
        surviveAll(directory, 2, false, UnaryOperator.identity());
    }

    @Test
    @Tag("privileged")
    void aMachineThatLosesItsPowerLosesNothingAcknowledged() throws Exception {
        LoopDisk image = LoopDisk.make(disk, 48 << 20);
        surviveAll(image.place().resolve("store-1"), 2, true, image::inside);
    }

    private void surviveAll(
            Path directory, int from, boolean withPower, UnaryOperator<List<String>> wrapper)
            throws Exception {
        Survivor survivor = new Survivor();
        for (int times = from; times < from + ROUNDS; times++) {
            for (String point : points()) {
                long first = survivor.firstUnacknowledged();
                int exit =
                        run(
                                survivor,
                                wrapper,
                                List.of(
                                        directory.toString(),
                                        String.valueOf(freePort()),
                                        point,
                                        String.valueOf(times),
                                        String.valueOf(withPower),
                                        String.valueOf(first),
                                        String.valueOf(first + ENTRIES)));
                assertThat(exit)
                        .as("%s for the %d. time: %s", point, times, errors())
                        .isEqualTo(KillableStore.KILLED);
            }
        }
        long first = survivor.firstUnacknowledged();
        int exit =
                run(
                        survivor,
                        wrapper,
                        List.of(
                                directory.toString(),
                                String.valueOf(freePort()),
                                "none",
                                "0",
                                "false",
                                String.valueOf(first),
                                String.valueOf(first + 3)));
        assertThat(exit).as(errors()).isZero();
        survivor.assertSameState();
    }

    private String errors() throws IOException {
        return Files.readString(disk.resolve("errors"));
    }

    private int run(Survivor survivor, UnaryOperator<List<String>> wrapper, List<String> arguments)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillableStore.class.getName()));
        command.addAll(arguments);
        Process process =
                new ProcessBuilder(wrapper.apply(command))
                        .redirectError(disk.resolve("errors").toFile())
                        .start();
        CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS)
                .execute(process::destroyForcibly);
        try (Stream<String> lines = process.inputReader().lines()) {
            lines.forEach(survivor::hear);
        }
        return process.waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            return socket.getLocalPort();
        }
    }
}
