package io.sallyport.flowlogs.export;

/** Where objects go. From any thread; blocks. */
interface ObjectSink extends AutoCloseable {

    /** It is not known to be there; the message says why in words for the tenant. */
    final class NotDelivered extends Exception {
        private static final long serialVersionUID = 1;

        NotDelivered(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** Returns when the object is there, whole. Writing it again changes nothing. */
    void put(String bucket, String key, String contentType, byte[] content) throws NotDelivered;

    @Override
    void close();
}
