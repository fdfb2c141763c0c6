package io.sallyport.store.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of Raft's log, as a crash may have left them, before Ratis reads them.
 *
 * <pre>
 * log_{first}-{last}        whole, synced, never changed
 * log_inprogress_{first}    the one that was being written
 * </pre>
 *
 * <p>Ratis reads back what it wrote in peace. After a crash it refuses a write that was cut short
 * ({@link LogTail}), and the gap that is left where it was deleting files, the newest first, that a
 * checkpoint covers; and it goes on from a log that ends before a checkpoint that was received.
 */
final class LogFiles {

    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);

    private static final Pattern WHOLE = Pattern.compile("log_(\\d+)-(\\d+)");
    private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");

    private record Segment(Path path, long first, long last) {}

    private LogFiles() {}

    /**
     * Leaves a log without gaps that goes on from the checkpoint.
     *
     * @param covered the last entry that the latest checkpoint holds; -1 without one
     * @throws IOException where entries are missing that no checkpoint covers: what was
     *     acknowledged is lost here, and must come from other stores
     */
    static void mend(Path directory, long covered) throws IOException {
        List<Segment> segments = segments(directory);
        int from = 0;
        for (int i = 1; i < segments.size(); i++) {
            if (segments.get(i).first() != segments.get(i - 1).last() + 1) {
                from = i;
            }
        }
        if (!segments.isEmpty() && segments.getLast().last() < covered) {
            from = segments.size();
        }
        for (Segment old : segments.subList(0, from)) {
            if (old.last() > covered) {
                throw new IOException(missing(directory, old.last() + 1, covered));
            }
            LOG.info("{} is deleted: the checkpoint of entry {} covers it", old.path(), covered);
            Files.delete(old.path());
        }
        if (from < segments.size() && segments.get(from).first() > covered + 1) {
            throw new IOException(missing(directory, covered + 1, covered));
        }
        Directories.sync(directory);
    }

    private static String missing(Path directory, long entry, long covered) {
        return "the log in %s lacks entry %d, and the latest checkpoint ends at %d"
                .formatted(directory, entry, covered);
    }

    /** In the order of their entries; those without any are deleted. */
    private static List<Segment> segments(Path directory) throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (Path path : Directories.children(directory)) {
            String name = path.getFileName().toString();
            Matcher whole = WHOLE.matcher(name);
            Matcher open = OPEN.matcher(name);
            if (whole.matches()) {
                segments.add(
                        new Segment(
                                path,
                                Long.parseLong(whole.group(1)),
                                Long.parseLong(whole.group(2))));
            } else if (open.matches()) {
                long first = Long.parseLong(open.group(1));
                long entries = LogTail.mend(path);
                if (entries == 0) {
                    Files.delete(path);
                } else {
                    segments.add(new Segment(path, first, first + entries - 1));
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::first));
        return segments;
    }
}
