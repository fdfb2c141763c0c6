package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.text.BytePattern;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a node has not delivered yet, read beside the node that writes it. A file that goes while it
 * is read was delivered, or dropped and told.
 */
public final class SpooledLines {

    private SpooledLines() {}

    /**
     * Files with joined lines of one flow log.
     *
     * @param from not those of which all lines end before this
     * @param until not those of which all lines end after this
     */
    public static List<Path> files(Path spool, FlowLogId flowLog, Instant from, Instant until)
            throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(spool)) {
            for (Path file : files.filter(it -> it.toString().endsWith(Segment.SUFFIX)).toList()) {
                Optional<SegmentHeader> header = header(file);
                if (header.isPresent()
                        && header.get().flowLog().equals(flowLog)
                        && header.get().format() instanceof JoinedFormat
                        && header.get().periodEnd() > from.getEpochSecond()
                        && header.get().periodSeconds() <= until.getEpochSecond()) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static Optional<SegmentHeader> header(Path file) throws IOException {
        try {
            Optional<byte[]> first = RecordFile.first(file);
            return first.isEmpty()
                    ? Optional.empty()
                    : Optional.of(SegmentHeader.decode(first.get()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * @param out is given the lines that hold one of the words, and may be given others
     */
    public static void read(Path file, List<BytePattern> words, Consumer<String> out)
            throws IOException {
        try {
            RecordFile.search(
                    file, words, line -> out.accept(new String(line, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            return;
        }
    }
}
