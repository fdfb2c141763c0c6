package io.sallyport.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the crowd's servers wrote: every connection that came, in the order of time. */
final class CrowdBook {

    private record Line(int port, long nanos) {}

    private final List<Path> logs;

    CrowdBook(List<Path> logs) {
        this.logs = List.copyOf(logs);
    }

    /** Source ports of the connections that were accepted since {@code nanos}, in their order. */
    List<Integer> acceptedSince(long nanos) {
        List<Line> all = new ArrayList<>();
        for (Path log : logs) {
            try {
                for (String line : Files.readAllLines(log)) {
                    String[] words = line.split(" ");
                    if (words.length == 4 && words[0].equals("+")) {
                        all.add(new Line(Integer.parseInt(words[1]), Long.parseLong(words[2])));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all.stream()
                .filter(line -> line.nanos() >= nanos)
                .sorted(Comparator.comparingLong(Line::nanos))
                .map(Line::port)
                .toList();
    }
}
