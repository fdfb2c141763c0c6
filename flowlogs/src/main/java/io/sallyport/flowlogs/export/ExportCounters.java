package io.sallyport.flowlogs.export;

import java.util.concurrent.atomic.LongAdder;

/** Counts since the start of the process. Read from any thread. */
public final class ExportCounters {

    final LongAdder records = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder uploads = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder spoolErrors = new LongAdder();

    ExportCounters() {}

    /** Lines written to the spool. */
    public long records() {
        return records.sum();
    }

    /** Lines that were dropped before delivery (spool full or broken), told as SKIPDATA. */
    public long lost() {
        return lost.sum();
    }

    /** Objects that S3 confirmed. */
    public long uploads() {
        return uploads.sum();
    }

    /** Tries to upload that failed. */
    public long failures() {
        return failures.sum();
    }

    /** Reads, writes and syncs of the spool that failed. */
    public long spoolErrors() {
        return spoolErrors.sum();
    }
}
