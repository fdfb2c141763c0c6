package io.sallyport.store.raft;

import io.sallyport.store.machine.LeaseMachine;
import io.sallyport.store.rocks.RocksDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Prints what a checkpoint of many destinations costs, in time and on disk, and how long it takes
 * to read it back. Not a test: run its main with a directory and the number of destinations.
 */
final class CheckpointMeasurements {

    private static final int PER_ENTRY = 1_000;
    private static final int PORTS = 10;

    private CheckpointMeasurements() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "checkpoint");
        int destinations = Integer.parseInt(arguments[1]);
        LeaseMachine machine = Script.empty();
        long began = System.nanoTime();
        for (int i = 0; i < destinations / PER_ENTRY; i++) {
            var unused =
                    machine.apply(i + 1, Script.leases(i + 1, i * PER_ENTRY, PER_ENTRY, PORTS));
        }
        say("applied", began);
        for (int round = 0; round < 3; round++) {
            Path live = directory.resolve("live" + round);
            try (RocksDatabase database = RocksDatabase.open(live)) {
                long whole = System.nanoTime();
                began = System.nanoTime();
                machine.cut();
                say("cut", began);
                LeaseMachine from = machine;
                long longest = 0;
                boolean more = true;
                while (more) {
                    long turn = System.nanoTime();
                    more = database.write(sink -> from.drain(sink, 256));
                    longest = Math.max(longest, System.nanoTime() - turn);
                }
                System.out.printf("longest turn %.2f ms%n", longest / 1e6);
                say("drained", began);
                database.cover(new RocksDatabase.Covers(1, 1));
                say("flushed", began);
                database.checkpoint(directory.resolve("copy" + round));
                say("checkpoint", whole);
            }
            for (int again = 0; again < 3; again++) {
                began = System.nanoTime();
                try (RocksDatabase database =
                        RocksDatabase.open(directory.resolve("copy" + round))) {
                    database.read((part, key, value) -> {});
                }
                say("read alone", began);
            }
            System.out.printf("%.1f MB%n", bytes(directory.resolve("copy" + round)) / 1e6);
            began = System.nanoTime();
            LeaseMachine read = Script.empty();
            try (RocksDatabase database = RocksDatabase.open(directory.resolve("copy" + round))) {
                database.read(read::load);
                read.loaded(1);
            }
            say("loaded", began);
            System.out.println(read.leases().destinations() + " destinations");
            machine = fresh(read, directory.resolve("copy" + round));
        }
        Directories.delete(directory);
    }

    /** One whose rows are all dirty. */
    private static LeaseMachine fresh(LeaseMachine read, Path copy) {
        int destinations = read.leases().destinations();
        LeaseMachine machine = Script.empty();
        for (int i = 0; i < destinations / PER_ENTRY; i++) {
            var unused =
                    machine.apply(i + 1, Script.leases(i + 1, i * PER_ENTRY, PER_ENTRY, PORTS));
        }
        return machine;
    }

    private static long bytes(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static void say(String what, long began) {
        System.out.printf("%s %.2f s%n", what, (System.nanoTime() - began) / 1e9);
    }
}
