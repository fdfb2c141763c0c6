package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.s3.S3Failure;
import io.sallyport.flowlogs.s3.S3Objects;
import java.util.List;

/** A bucket. */
record BucketSource(S3Objects store, String bucket) implements ObjectSource {

    @Override
    public List<Found> list(String prefix, String after, String until) throws S3Failure {
        return store.list(bucket, prefix, after, until).stream()
                .map(one -> new Found(one.key(), one.bytes()))
                .toList();
    }

    @Override
    public byte[] read(Found object, long from, int length) throws S3Failure {
        return from == 0 && length == object.bytes()
                ? store.read(bucket, object.key())
                : store.read(bucket, object.key(), from, length);
    }
}
