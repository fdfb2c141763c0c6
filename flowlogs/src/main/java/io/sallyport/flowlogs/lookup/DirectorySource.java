package io.sallyport.flowlogs.lookup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that a bucket was copied to: keys are paths below it. */
record DirectorySource(Path top) implements ObjectSource {

    @Override
    public List<Found> list(String prefix, String after, String until) throws IOException {
        Path folder = top.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
        List<Found> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String key = top.relativize(file).toString();
                if (key.startsWith(prefix)
                        && key.compareTo(after) > 0
                        && key.compareTo(until) <= 0) {
                    found.add(new Found(key, Files.size(file)));
                }
            }
        }
        found.sort(Comparator.comparing(Found::key));
        return found;
    }

    @Override
    public byte[] read(Found object, long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (RandomAccessFile file =
                new RandomAccessFile(top.resolve(object.key()).toFile(), "r")) {
            file.seek(from);
            file.readFully(bytes);
        }
        return bytes;
    }
}
