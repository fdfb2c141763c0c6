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
 * @param toldUntilSeconds Unix time, of the shortest windows
 * @param told of each flow log that was subscribed
 * @param ledger empty: written by a version that had none
 */
record Progress(
        boolean clean, long toldUntilSeconds, Map<FlowLogId, Told> told, Optional<Ledger> ledger) {

    /**
     * What the spool and the journal hold of the windows that are told, so that neither is counted
     * twice.
     *
     * @param boot the box's boot id
     * @param journal number of the journal of the open windows; 0: there are none
     * @param lastSequence the files of the spool that are newer hold nothing that was told
     * @param growing of the files that may still have grown, how many bytes were told
     */
    record Ledger(String boot, long journal, long lastSequence, Map<Long, Long> growing) {
        Ledger {
            growing = Map.copyOf(growing);
        }
    }

    /**
     * @param untilSeconds Unix time until which its windows are in the spool
     * @param gap what is missing and not yet told
     */
    record Told(long untilSeconds, Optional<Gap> gap) {}

    private static final String FILE = "progress";
    private static final String LEDGER = "ledger";

    Progress {
        told = Map.copyOf(told);
    }

    /** Replaces the file at once and on the disk: a kill leaves the old or the new one. */
    void write(Path directory) throws IOException {
        String text =
                (clean ? "clean " : "running ")
                        + toldUntilSeconds
                        + "\n"
                        + told.entrySet().stream()
                                .sorted(Map.Entry.comparingByKey(BY_VALUE))
                                .map(entry -> line(entry.getKey(), entry.getValue()))
                                .collect(Collectors.joining())
                        + ledger.map(Progress::line).orElse("");
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

    /** The time is left out where it is the first line's, as before there were longer windows. */
    private String line(FlowLogId flowLog, Told one) {
        return flowLog
                + (one.untilSeconds() == toldUntilSeconds ? "" : " " + one.untilSeconds())
                + one.gap().map(it -> " " + it.startSeconds() + " " + it.endSeconds()).orElse("")
                + "\n";
    }

    private static String line(Ledger ledger) {
        return LEDGER
                + " "
                + ledger.boot
                + " "
                + ledger.journal
                + " "
                + ledger.lastSequence
                + ledger.growing.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(it -> " " + it.getKey() + " " + it.getValue())
                        .collect(Collectors.joining())
                + "\n";
    }

    private static Ledger ledger(String[] words) {
        Map<Long, Long> growing = new TreeMap<>();
        for (int i = 4; i < words.length; i += 2) {
            growing.put(Long.parseLong(words[i]), Long.parseLong(words[i + 1]));
        }
        return new Ledger(words[1], Long.parseLong(words[2]), Long.parseLong(words[3]), growing);
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
            long until = Long.parseLong(first[1]);
            Map<FlowLogId, Told> told = new TreeMap<>(BY_VALUE);
            Optional<Ledger> ledger = Optional.empty();
            for (int i = 1; i < lines.length; i++) {
                String[] words = lines[i].split(" ");
                if (words[0].equals(LEDGER)) {
                    ledger = Optional.of(ledger(words));
                } else {
                    told.put(new FlowLogId(words[0]), told(words, until));
                }
            }
            return Optional.of(new Progress(first[0].equals("clean"), until, told, ledger));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(file + " is not a progress file", e);
        }
    }

    private static Told told(String[] words, long until) {
        boolean ownTime = words.length % 2 == 0;
        int gap = ownTime ? 2 : 1;
        return new Told(
                ownTime ? Long.parseLong(words[1]) : until,
                words.length == gap
                        ? Optional.empty()
                        : Optional.of(
                                new Gap(
                                        Long.parseLong(words[gap]),
                                        Long.parseLong(words[gap + 1]))));
    }

    private static final java.util.Comparator<FlowLogId> BY_VALUE =
            java.util.Comparator.comparing(FlowLogId::value);
}
