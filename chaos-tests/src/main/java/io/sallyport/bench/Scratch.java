package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories that end with the benchmark. */
final class Scratch {

    private Scratch() {}

    static Path in(Path parent) throws IOException {
        Files.createDirectories(parent);
        return Files.createTempDirectory(parent, "sallyport-bench");
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
