package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.Limits;
import io.sallyport.ids.FlowLogId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines on disk on their way to S3. A file holds the lines of one flow log whose end falls into one
 * delivery period; while the period lasts it grows, then it is sealed, and it is deleted when its
 * object is confirmed. Files that a former process left are sealed from the start. No file is
 * delivered before the {@link Progress} knows of its last line, so that no kill makes it be told
 * again. When the spool is full its oldest files go first; whatever is lost is told to {@link
 * Losses}.
 *
 * <p>Any thread. A failing disk loses lines (counted and told), never an exception.
 */
final class Spool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final long FAILURES_TOLD_EVERY_MILLIS = 60_000;

    /** Hears which records will never be delivered. */
    @FunctionalInterface
    interface Losses {
        void lost(FlowLogId flowLog, Gap gap);
    }

    private record Growing(FlowLogId flowLog, long periodSeconds) {}

    private final ExportSettings settings;
    private final ExportCounters counters;
    private final InstantSource clock;
    private final Losses losses;

    /** All files, by sequence: oldest first. */
    private final TreeMap<Long, Segment> segments = new TreeMap<>();

    private final Map<Growing, Segment> growing = new HashMap<>();
    private long bytes;
    private long lastSequence;
    private long lastToldMillis;
    private long failuresUntold;

    private Spool(
            ExportSettings settings, ExportCounters counters, InstantSource clock, Losses losses) {
        this.settings = settings;
        this.counters = counters;
        this.clock = clock;
        this.losses = losses;
    }

    /**
     * @throws IOException where the directory cannot be made, listed or read
     */
    static Spool open(
            ExportSettings settings, ExportCounters counters, InstantSource clock, Losses losses)
            throws IOException {
        return open(settings, counters, clock, losses, Optional.empty());
    }

    /**
     * The same.
     *
     * @param ledger what a former process had told: lines after it are told again by its journal,
     *     and are cut here; empty: all lines are told
     */
    static Spool open(
            ExportSettings settings,
            ExportCounters counters,
            InstantSource clock,
            Losses losses,
            Optional<Progress.Ledger> ledger)
            throws IOException {
        Spool spool = new Spool(settings, counters, clock, losses);
        spool.lastSequence = ledger.map(Progress.Ledger::lastSequence).orElse(0L);
        Files.createDirectories(settings.spool());
        try (Stream<Path> files = Files.list(settings.spool())) {
            for (Path path : files.filter(it -> it.toString().endsWith(Segment.SUFFIX)).toList()) {
                if (ledger.isEmpty() || cut(path, ledger.get())) {
                    spool.recover(path);
                }
            }
        }
        return spool;
    }

    /** Whether anything of the file was told; what was not is cut. */
    private static boolean cut(Path path, Progress.Ledger ledger) throws IOException {
        String name = path.getFileName().toString();
        long sequence;
        try {
            sequence = Long.parseLong(name.substring(0, name.indexOf('.')));
        } catch (NumberFormatException e) {
            return true; // not a name of ours, which is its header's affair
        }
        if (sequence > ledger.lastSequence()) {
            Files.delete(path);
            return false;
        }
        Long told = ledger.growing().get(sequence);
        if (told != null && Files.size(path) > told) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(told);
            }
        }
        return true;
    }

    private void recover(Path path) throws IOException {
        Optional<Segment> left = Segment.recover(path, losses);
        if (left.isPresent()) {
            Segment segment = left.get();
            segments.put(segment.header.sequence(), segment);
            bytes += segment.bytes;
            lastSequence = Math.max(lastSequence, segment.header.sequence());
        }
    }

    /** Adds a line; it is safe from a kill after the next {@link #sync}. */
    synchronized void append(Subscription subscription, long endSeconds, String line) {
        byte[] content = line.getBytes(StandardCharsets.UTF_8);
        long length = settings.delivery().toSeconds();
        long period = Math.floorDiv(endSeconds, length) * length;
        if (!makeRoom(content.length + RecordFile.OVERHEAD)) {
            lose(subscription.flowLog(), new Gap(endSeconds, endSeconds), 1);
            return;
        }
        try {
            Segment segment = growing(subscription, period, content.length);
            RecordFile file = file(segment);
            file.add(content);
            grow(segment, content.length);
            segment.lines++;
            segment.untold = true;
            segment.pendingLines++;
            segment.lastEnd = Math.max(segment.lastEnd, endSeconds);
            counters.records.increment();
            if (file.pendingBytes() >= Limits.WRITE_BATCH_BYTES) {
                flush(segment);
            }
        } catch (IOException e) {
            failed("cannot begin a file", e);
            lose(subscription.flowLog(), new Gap(endSeconds, endSeconds), 1);
        }
    }

    private Segment growing(Subscription subscription, long period, int lineBytes)
            throws IOException {
        Growing key = new Growing(subscription.flowLog(), period);
        Segment segment = growing.get(key);
        if (segment != null
                && (segment.bytes + lineBytes + RecordFile.OVERHEAD > Limits.OBJECT_BYTES_MAX
                        || !segment.header.destination().equals(subscription.destination())
                        || !segment.header.format().equals(subscription.format()))) {
            seal(segment);
            segment = null;
        }
        if (segment == null) {
            segment = begin(subscription, period);
            growing.put(key, segment);
        }
        return segment;
    }

    private Segment begin(Subscription subscription, long period) throws IOException {
        // Times, so that a file's number is not used again after a restart with an empty spool.
        lastSequence = Math.max(lastSequence + 1, clock.millis());
        SegmentHeader header =
                new SegmentHeader(
                        settings.node(),
                        subscription.watched().account(),
                        subscription.flowLog(),
                        subscription.destination(),
                        subscription.format(),
                        settings.region(),
                        period,
                        settings.delivery().toSeconds(),
                        lastSequence);
        Path path = settings.spool().resolve("%015d%s".formatted(lastSequence, Segment.SUFFIX));
        Segment segment = new Segment(header, path);
        segment.file = RecordFile.create(path);
        byte[] first = header.encode();
        segment.file.add(first);
        segments.put(lastSequence, segment);
        grow(segment, first.length);
        return segment;
    }

    private void grow(Segment segment, int contentBytes) {
        segment.bytes += contentBytes + RecordFile.OVERHEAD;
        bytes += contentBytes + RecordFile.OVERHEAD;
    }

    private static RecordFile file(Segment segment) {
        if (segment.file == null) {
            throw new IllegalStateException(segment.path + " is sealed");
        }
        return segment.file;
    }

    /** Returns when all lines are on the disk, or lost and told. */
    synchronized void sync() {
        for (Segment segment : List.copyOf(growing.values())) {
            write(segment);
        }
        try {
            Progress.syncDirectory(settings.spool());
        } catch (IOException e) {
            failed("cannot sync the directory", e);
        }
    }

    /** What a kill from now on is to leave, once {@link #told} follows; after {@link #sync}. */
    synchronized Progress.Ledger ledger(String boot, long journal) {
        return new Progress.Ledger(
                boot,
                journal,
                lastSequence,
                segments.values().stream()
                        .filter(it -> it.file != null || it.untold)
                        .collect(Collectors.toMap(it -> it.header.sequence(), it -> it.bytes)));
    }

    /** The progress knows of all lines: they may be delivered. */
    synchronized void told() {
        segments.values().forEach(it -> it.untold = false);
    }

    private void write(Segment segment) {
        if (segment.file != null) { // else it was dropped while another one needed its room
            flush(segment);
        }
        try {
            if (segment.file != null) { // else it was dropped since nothing of it could be written
                segment.file.sync();
            }
        } catch (IOException e) {
            failed("cannot sync " + segment.path, e);
            losses.lost(segment.header.flowLog(), segment.gap());
        }
    }

    private void flush(Segment segment) {
        RecordFile file = file(segment);
        while (true) {
            try {
                file.flush();
                segment.pendingLines = 0;
                return;
            } catch (IOException e) {
                failed("cannot write " + segment.path, e);
                // Only a full disk is helped by dropping what is older.
                if (!diskFull(file.pendingBytes()) || !dropOldest(it -> it != segment)) {
                    discardPending(segment, file);
                    return;
                }
            }
        }
    }

    private void discardPending(Segment segment, RecordFile file) {
        segment.bytes -= file.pendingBytes();
        bytes -= file.pendingBytes();
        segment.lines -= segment.pendingLines;
        lose(segment.header.flowLog(), segment.gap(), segment.pendingLines);
        segment.pendingLines = 0;
        file.discardPending();
        if (segment.lines == 0) {
            drop(segment); // its header may be what could not be written
        }
    }

    private boolean diskFull(long wanted) {
        try {
            return Files.getFileStore(settings.spool()).getUsableSpace() < wanted + 4096;
        } catch (IOException e) {
            failed("cannot ask for free space", e);
            return false;
        }
    }

    /** Seals the files of periods that ended at or before this Unix time. */
    synchronized void sealUntil(long seconds) {
        sealUntil(_ -> seconds);
    }

    /** Seals the files of periods that ended at or before the Unix time that their flow log has. */
    synchronized void sealUntil(ToLongFunction<FlowLogId> seconds) {
        for (Segment segment : List.copyOf(growing.values())) {
            if (segment.header.periodEnd() <= seconds.applyAsLong(segment.header.flowLog())) {
                seal(segment);
            }
        }
    }

    private void seal(Segment segment) {
        write(segment);
        growing.remove(
                new Growing(segment.header.flowLog(), segment.header.periodSeconds()), segment);
        shut(segment);
    }

    private void shut(Segment segment) {
        RecordFile file = segment.file;
        segment.file = null;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                failed("cannot close " + segment.path, e);
            }
        }
    }

    /** Flow logs with sealed files whose lines are told. */
    synchronized Set<FlowLogId> waiting() {
        return segments.values().stream()
                .filter(it -> it.file == null && !it.untold)
                .map(it -> it.header.flowLog())
                .collect(
                        Collectors.toCollection(() ->
                                new TreeSet<>(java.util.Comparator.comparing(FlowLogId::value))));
    }

    /** The oldest sealed file of a flow log; until released or delivered it is not dropped. */
    synchronized Optional<SegmentHeader> claim(FlowLogId flowLog) {
        for (Segment segment : segments.values()) {
            if (segment.file == null
                    && !segment.untold
                    && !segment.claimed
                    && segment.header.flowLog().equals(flowLog)) {
                segment.claimed = true;
                return Optional.of(segment.header);
            }
        }
        return Optional.empty();
    }

    synchronized void release(SegmentHeader header) {
        Segment segment = segments.get(header.sequence());
        if (segment != null) {
            segment.claimed = false;
        }
    }

    /** The text of a claimed file: its format's header line, then its lines. */
    byte[] text(SegmentHeader header) throws IOException {
        Segment segment;
        synchronized (this) {
            segment = segments.get(header.sequence());
        }
        if (segment == null) {
            throw new IllegalStateException("file " + header.sequence() + " was not claimed");
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes((header.format().header() + "\n").getBytes(StandardCharsets.UTF_8));
        List<byte[]> records = RecordFile.read(segment.path).records();
        for (byte[] line : records.subList(Math.min(1, records.size()), records.size())) {
            text.writeBytes(line);
            text.write('\n');
        }
        long missing = segment.lines - Math.max(0, records.size() - 1);
        if (missing > 0) { // the disk forgot; told once, since the file says less from now on
            lose(header.flowLog(), segment.gap(), missing);
            segment.lines -= missing;
        }
        return text.toByteArray();
    }

    /** S3 has it. */
    synchronized void delivered(SegmentHeader header) {
        Segment segment = segments.get(header.sequence());
        if (segment != null) {
            forget(segment);
        }
    }

    private boolean makeRoom(long wanted) {
        while (bytes + wanted > settings.spoolBytesMax()) {
            if (!dropOldest(_ -> true)) {
                return false;
            }
        }
        return true;
    }

    private boolean dropOldest(Predicate<Segment> allowed) {
        Iterator<Segment> oldest =
                segments.values().stream().filter(it -> !it.claimed && allowed.test(it)).iterator();
        if (!oldest.hasNext()) {
            return false;
        }
        Segment victim = oldest.next();
        lose(victim.header.flowLog(), victim.gap(), victim.lines);
        drop(victim);
        return true;
    }

    private void drop(Segment segment) {
        growing.remove(
                new Growing(segment.header.flowLog(), segment.header.periodSeconds()), segment);
        shut(segment);
        forget(segment);
    }

    private void forget(Segment segment) {
        segments.remove(segment.header.sequence());
        bytes -= segment.bytes;
        try {
            Files.deleteIfExists(segment.path);
        } catch (IOException e) {
            failed("cannot delete " + segment.path, e);
        }
    }

    private void lose(FlowLogId flowLog, Gap gap, long lines) {
        counters.lost.add(lines);
        losses.lost(flowLog, gap);
    }

    private void failed(String what, IOException e) {
        counters.spoolErrors.increment();
        failuresUntold++;
        if (clock.millis() - lastToldMillis >= FAILURES_TOLD_EVERY_MILLIS) {
            LOG.error(
                    "spool: {} (failures since last told: {}): {}",
                    what,
                    failuresUntold,
                    e.toString());
            lastToldMillis = clock.millis();
            failuresUntold = 0;
        }
    }

    /** Bytes of all files, those still in memory included. */
    synchronized long bytes() {
        return bytes;
    }

    /** Writes and seals everything. */
    @Override
    public synchronized void close() {
        sealUntil(Long.MAX_VALUE);
        sync();
    }
}
