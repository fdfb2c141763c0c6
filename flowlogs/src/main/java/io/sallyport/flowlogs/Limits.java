package io.sallyport.flowlogs;

import java.time.Duration;

/** All bounds of the module, with their reasons. */
public final class Limits {

    /**
     * Flows in open windows of one length, all gateways together; each takes some 250 bytes of
     * heap, so 130 MB at the worst, twice where there are windows of ten minutes too. Flows beyond
     * it are told as SKIPDATA.
     */
    public static final int FLOWS_MAX = 1 << 19;

    /**
     * How long a window stays open after its end: the packets' thread hands over each counter about
     * once a second.
     */
    public static final Duration WINDOW_GRACE = Duration.ofSeconds(2);

    /** A lost counter may have counted packets this long before its loss was noticed. */
    public static final Duration COUNTER_AGE = Duration.ofSeconds(1);

    /** Silent windows told one by one; a longer silence (a clock set forward) is one record. */
    public static final int SILENT_WINDOWS_MAX = 120;

    /** Between two looks into the ring. A ring must hold what is offered in that time. */
    public static final Duration DRAIN_INTERVAL = Duration.ofMillis(100);

    /** Entries taken from the ring in one turn, so that windows close also while more comes. */
    public static final int DRAIN_MAX = 1 << 18;

    /** Entries that are journaled together: some 850 kB. */
    public static final int JOURNAL_BATCH = 1 << 13;

    /** A journal as long as this is replaced by the windows that it led to. */
    public static final long JOURNAL_BYTES_MAX = 64L << 20;

    /** A kernel path goes on without its process until its horizon, 15 s at most. */
    public static final Duration AFTERLIFE = Duration.ofSeconds(20);

    /** AWS' bound of one object; ours counts the text before compression, so it is below. */
    public static final long OBJECT_BYTES_MAX = 75L << 20;

    /** Bytes of lines gathered before they are written to the spool. */
    public static final int WRITE_BATCH_BYTES = 1 << 20;

    /** Uploads at a time; each holds one compressed object in memory. */
    public static final int UPLOADS_MAX = 4;

    /** First wait after a failed upload; doubled with each further failure. */
    public static final Duration RETRY_MIN = Duration.ofSeconds(1);

    public static final Duration RETRY_MAX = Duration.ofMinutes(1);

    /** How long a clean stop waits for its one try to deliver. */
    public static final Duration CLOSING_DELIVERY = Duration.ofSeconds(5);

    /** A connection may be silent for so long and still be one. */
    public static final Duration SILENCE_OF_A_CONNECTION = Duration.ofSeconds(350);

    /** Objects that one question reads at a time. */
    public static final int READS_MAX = 16;

    /**
     * Records about one port that a question reads; a bucket is its tenant's, who may write there
     * what he likes.
     */
    public static final int SIGHTINGS_MAX = 1 << 16;

    /** Objects that one question reads in all; more are refused. */
    public static final int OBJECTS_MAX = 10_000;

    /**
     * Rows that one request brings from a bucket: some 0.4 MB. Fewer would make footers long, which
     * everybody else reads: 0.2 MB of an object of 15 MB.
     */
    public static final int ROWS_TOGETHER = 1 << 13;

    /** Rows that are decoded together: a question about one of them decodes these. */
    public static final int ROWS_OF_A_PAGE = 1 << 9;

    /** How far from the time asked somebody may have had a port and be told. */
    public static final Duration WITHIN_MAX = Duration.ofMinutes(10);

    static {
        if (DRAIN_INTERVAL.plus(COUNTER_AGE).compareTo(WINDOW_GRACE) > 0) {
            throw new AssertionError("a window would close before its last counters arrive");
        }
    }

    private Limits() {}
}
