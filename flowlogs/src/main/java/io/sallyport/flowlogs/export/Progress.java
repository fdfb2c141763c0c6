package io.sallyport.flowlogs.export;

import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the next process has to know of this one: until when all windows are in the spool, whether
 * this process ended on purpose, and the gaps that are still to be told. A process that finds an
 * unclean one knows that the windows since then are lost.
 *
 * @param toldUntilSeconds Unix time
 * @param gaps for each flow log that was subscribed, what is missing and not yet told
 */
record Progress(boolean clean, long toldUntilSeconds, Map<FlowLogId, Optional<Gap>> gaps) {

    private static final String FILE = "progress";

    Progress {
        gaps = Map.copyOf(gaps);
    }

    /** Replaces the file at once and on the disk: a kill leaves the old or the new one. */
    void write(Path directory) throws IOException {
        String text =
                (clean ? "clean " : "running ")
                        + toldUntilSeconds
                        + "\n"
                        + new TreeMap<>(
                                        gaps.entrySet().stream()
                                                .collect(
                                                        Collectors.toMap(
                                                                entry -> entry.getKey().value(),
                                                                Map.Entry::getValue)))
                                .entrySet().stream()
                                        .map(entry -> line(entry.getKey(), entry.getValue()))
                                        .collect(Collectors.joining());
        Path fresh = directory.resolve(FILE + ".new");
        Files.writeString(fresh, text);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(directory);
    }

    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        }
    }

    private static String line(String flowLog, Optional<Gap> gap) {
        return flowLog
                + gap.map(it -> " " + it.startSeconds() + " " + it.endSeconds()).orElse("")
                + "\n";
    }

    /**
     * @return empty where no process was here before
     * @throws IOException where the file cannot be read, or is not ours
     */
    static Optional<Progress> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            String[] lines = Files.readString(file).split("\n");
            String[] first = lines[0].split(" ");
            Map<FlowLogId, Optional<Gap>> gaps = new TreeMap<>(BY_VALUE);
            for (int i = 1; i < lines.length; i++) {
                String[] words = lines[i].split(" ");
                gaps.put(
                        new FlowLogId(words[0]),
                        words.length == 1
                                ? Optional.empty()
                                : Optional.of(
                                        new Gap(
                                                Long.parseLong(words[1]),
                                                Long.parseLong(words[2]))));
            }
            return Optional.of(
                    new Progress(first[0].equals("clean"), Long.parseLong(first[1]), gaps));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(file + " is not a progress file", e);
        }
    }

    private static final java.util.Comparator<FlowLogId> BY_VALUE =
            java.util.Comparator.comparing(FlowLogId::value);
}
