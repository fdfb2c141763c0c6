package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.s3.S3Failure;
import java.io.IOException;
import java.util.List;

/** A bucket, or a copy of one. From any thread; blocks. */
interface ObjectSource {

    record Found(String key, long bytes) {}

    /** Keys that begin with {@code prefix}, beyond {@code after} and not beyond {@code until}. */
    List<Found> list(String prefix, String after, String until) throws IOException, S3Failure;

    byte[] read(Found object, long from, int length) throws IOException, S3Failure;
}
