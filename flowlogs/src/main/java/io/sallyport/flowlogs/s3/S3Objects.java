package io.sallyport.flowlogs.s3;

import java.util.List;

/** Objects of buckets, read. Any thread; calls block. */
public interface S3Objects {

    /** An object that is there. */
    record Listed(String key, long bytes) {}

    byte[] read(String bucket, String key) throws S3Failure;

    /** A part of an object that is as long as that. */
    byte[] read(String bucket, String key, long from, int length) throws S3Failure;

    /**
     * Objects whose keys begin with {@code prefix}, in the order of their names.
     *
     * @param after only keys beyond this
     * @param until only keys up to this
     */
    List<Listed> list(String bucket, String prefix, String after, String until) throws S3Failure;
}
