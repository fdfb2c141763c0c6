package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.ObjectKeys;
import io.sallyport.flowlogs.export.SpooledLines;
import io.sallyport.flowlogs.parquet.PortRows;
import io.sallyport.flowlogs.s3.S3Failure;
import io.sallyport.flowlogs.s3.S3Objects;
import io.sallyport.flowlogs.text.JoinedText;
import io.sallyport.flowlogs.text.StoredBytes;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The joined records of one flow log, as they were delivered. A question reads the objects of the
 * time about it: those in which a connection that was alive then must have said something.
 */
public final class Archive {

    /** The longest window: a record may come so long after its first packet. */
    private static final Duration WINDOW = Duration.ofSeconds(600);

    private final ObjectSource source;
    private final TenantId account;
    private final String region;
    private final FlowLogId flowLog;
    private final Destination where;
    private final Duration delivery;
    private final List<Path> spools;

    /**
     * @param delivery of the nodes that wrote
     * @param spools of nodes, with what they have not delivered yet
     */
    private Archive(
            ObjectSource source,
            TenantId account,
            String region,
            FlowLogId flowLog,
            Destination where,
            Duration delivery,
            List<Path> spools) {
        this.source = source;
        this.account = account;
        this.region = region;
        this.flowLog = flowLog;
        this.where = where;
        this.delivery = delivery;
        this.spools = List.copyOf(spools);
    }

    /** In its bucket. */
    public static Archive in(
            S3Objects store,
            TenantId account,
            String region,
            FlowLogId flowLog,
            Destination where,
            Duration delivery) {
        return new Archive(
                new BucketSource(store, where.bucket()),
                account,
                region,
                flowLog,
                where,
                delivery,
                List.of());
    }

    /** In a directory that its bucket was copied to. */
    public static Archive in(
            Path directory,
            TenantId account,
            String region,
            FlowLogId flowLog,
            Destination where,
            Duration delivery) {
        return new Archive(
                new DirectorySource(directory),
                account,
                region,
                flowLog,
                where,
                delivery,
                List.of());
    }

    /** With what nodes have not delivered yet: their spools, on disks that we can read. */
    public Archive with(List<Path> spools) {
        return new Archive(source, account, region, flowLog, where, delivery, spools);
    }

    /** What the objects of one question say. */
    private static final class Found {
        final List<Sighting> sightings = new ArrayList<>();
        final List<Sighting.Missing> missing = new ArrayList<>();
        final AtomicInteger room;

        /**
         * @param room for how many more there is, of the whole question; below 0: for fewer than
         *     there were
         */
        Found(AtomicInteger room) {
            this.room = room;
        }

        void add(String[] values, Question question) {
            Sighting.of(values)
                    .filter(question::concerns)
                    .filter(_ -> room.decrementAndGet() >= 0)
                    .ifPresent(sightings::add);
            Sighting.missing(values)
                    .filter(_ -> room.decrementAndGet() >= 0)
                    .ifPresent(missing::add);
        }

        void add(Found other) {
            sightings.addAll(other.sightings);
            missing.addAll(other.missing);
        }
    }

    /**
     * @throws IOException where an object is not what its name says, or there are too many, or too
     *     many records about the port
     * @throws S3Failure where the bucket does not answer, or says no
     */
    public Answer whoHad(Question question) throws IOException, S3Failure {
        Instant from = question.from().minus(Limits.SILENCE_OF_A_CONNECTION);
        Instant until = question.until().plus(Limits.SILENCE_OF_A_CONNECTION).plus(WINDOW);
        // What is delivered meanwhile leaves a spool for the bucket, which is listed later.
        AtomicInteger room = new AtomicInteger(Limits.SIGHTINGS_MAX);
        Found all = readSpools(question, from.minus(delivery), until, room);
        List<ObjectSource.Found> objects = objects(from.minus(delivery), until);
        if (objects.size() > Limits.OBJECTS_MAX) {
            throw new IOException(objects.size() + " objects about that time");
        }
        all.add(readAll(objects, question, room));
        if (room.get() < 0) {
            throw new IOException("more than " + Limits.SIGHTINGS_MAX + " records about that port");
        }
        return new Answer(
                Holders.of(all.sightings, question.from(), question.until()),
                all.missing.stream()
                        .filter(gap -> gap.endSeconds() >= from.getEpochSecond())
                        .filter(gap -> gap.startSeconds() <= question.until().getEpochSecond())
                        .map(gap ->
                                new Answer.Gap(
                                        gap.gateway(),
                                        gap.node(),
                                        Instant.ofEpochSecond(gap.startSeconds()),
                                        Instant.ofEpochSecond(gap.endSeconds())))
                        .distinct()
                        .toList(),
                objects.size());
    }

    /** Whose period begins within that time. */
    private List<ObjectSource.Found> objects(Instant from, Instant until)
            throws IOException, S3Failure {
        Set<String> folders = new LinkedHashSet<>();
        for (Instant hour = from; hour.isBefore(until); hour = hour.plusSeconds(3600)) {
            folders.add(folder(hour));
        }
        folders.add(folder(until));
        List<ObjectSource.Found> objects = new ArrayList<>();
        for (String folder : folders) {
            String first = folder + name(from);
            String ofFlowLog = first.substring(0, first.lastIndexOf('_') + 1);
            objects.addAll(source.list(ofFlowLog, first, folder + name(until) + "~"));
        }
        return objects;
    }

    private String folder(Instant time) {
        return ObjectKeys.folder(account, region, where, time.getEpochSecond());
    }

    private String name(Instant time) {
        return ObjectKeys.name(account, region, flowLog, time.getEpochSecond());
    }

    private Found readSpools(Question question, Instant from, Instant until, AtomicInteger room)
            throws IOException, S3Failure {
        List<Callable<Found>> reads = new ArrayList<>();
        for (Path spool : spools) {
            for (Path file : SpooledLines.files(spool, flowLog, from, until)) {
                reads.add(() -> {
                    Found found = new Found(room);
                    SpooledLines.read(
                            file,
                            JoinedText.words(question.eip().toString(), question.port()),
                            line -> found.add(Sighting.values(line), question));
                    return found;
                });
            }
        }
        return inParallel(reads, room);
    }

    private Found readAll(List<ObjectSource.Found> objects, Question question, AtomicInteger room)
            throws IOException, S3Failure {
        List<Callable<Found>> reads = new ArrayList<>();
        for (ObjectSource.Found object : objects) {
            reads.add(() -> read(object, question, room));
        }
        return inParallel(reads, room);
    }

    private static Found inParallel(List<Callable<Found>> reads, AtomicInteger room)
            throws IOException, S3Failure {
        Found all = new Found(room);
        try (ExecutorService readers = Executors.newFixedThreadPool(Limits.READS_MAX)) {
            for (Future<Found> one : reads.stream().map(readers::submit).toList()) {
                all.add(one.get());
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case S3Failure failure -> throw failure;
                case IOException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return all;
    }

    private Found read(ObjectSource.Found object, Question question, AtomicInteger room)
            throws IOException, S3Failure {
        Found found = new Found(room);
        StoredBytes bytes = new ObjectBytes(source, object);
        String eip = question.eip().toString();
        if (object.key().endsWith(".parquet")) {
            PortRows.read(
                    bytes,
                    Sighting.COLUMNS,
                    eip,
                    question.port(),
                    values -> found.add(values, question));
        } else {
            JoinedText.read(
                    bytes,
                    eip,
                    question.port(),
                    line -> found.add(Sighting.values(line), question));
        }
        return found;
    }

    /** Who reads files knows no S3 and its failures. */
    private record ObjectBytes(ObjectSource source, ObjectSource.Found object)
            implements StoredBytes {
        @Override
        public long length() {
            return object.bytes();
        }

        @Override
        public byte[] read(long from, int length) throws IOException {
            try {
                return source.read(object, from, length);
            } catch (S3Failure e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }
}
