package io.sallyport.flowlogs.export;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file of the spool as its {@link Spool} sees it; guarded by the spool's lock. */
final class Segment {

    static final String SUFFIX = ".flows";

    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

    final SegmentHeader header;
    final Path path;

    /** Null: sealed. */
    @Nullable RecordFile file;

    /** Of the file, with what is gathered and not written yet. */
    long bytes;

    long lines;
    long pendingLines;
    long lastEnd;

    /** It holds lines of which the progress does not know yet: a kill would tell them again. */
    boolean untold;

    /** Somebody delivers it. */
    boolean claimed;

    Segment(SegmentHeader header, Path path) {
        this.header = header;
        this.path = path;
        this.lastEnd = header.periodSeconds();
    }

    /** The time of which records are missing when this file is lost. */
    Gap gap() {
        return new Gap(header.periodSeconds(), lastEnd);
    }

    /**
     * A sealed segment of what a former process left: its whole records. A torn tail is cut and
     * told; a file without a line is deleted (the unclean progress file speaks for it); a file that
     * is not of this version is kept aside.
     */
    static Optional<Segment> recover(Path path, Spool.Losses losses) throws IOException {
        RecordFile.Content content = RecordFile.read(path);
        if (content.records().size() < 2) {
            Files.delete(path);
            return Optional.empty();
        }
        SegmentHeader header;
        try {
            header = SegmentHeader.decode(content.records().getFirst());
        } catch (IOException e) {
            Path aside = path.resolveSibling(path.getFileName() + ".foreign");
            Files.move(path, aside);
            LOG.warn("{} is not a spool file of this version: kept as {}", path, aside, e);
            return Optional.empty();
        }
        Segment segment = new Segment(header, path);
        segment.lastEnd = header.periodEnd() - 1;
        segment.lines = content.records().size() - 1;
        segment.bytes = content.goodBytes();
        if (Files.size(path) > content.goodBytes()) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(content.goodBytes());
            }
            losses.lost(header.flowLog(), segment.gap());
        }
        return Optional.of(segment);
    }
}
