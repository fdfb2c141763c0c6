package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.s3.S3Failure;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.flowlogs.s3.S3Store;

/** Objects to S3. */
final class S3Sink implements ObjectSink {

    private final S3Store store;

    S3Sink(S3Settings settings) {
        store = new S3Store(settings);
    }

    @Override
    public void put(String bucket, String key, String contentType, byte[] content)
            throws NotDelivered {
        try {
            store.put(bucket, key, contentType, content);
        } catch (S3Failure e) {
            throw new NotDelivered(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
