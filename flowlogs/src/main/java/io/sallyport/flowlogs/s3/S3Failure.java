package io.sallyport.flowlogs.s3;

/** It is not known to be done; the message says why in words for the tenant. */
public final class S3Failure extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    S3Failure(int status, String code, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.code = code;
    }

    /** The answer's; 0 where there was none. */
    public int status() {
        return status;
    }

    /** S3's, such as NoSuchBucket; "" where there was none. */
    public String code() {
        return code;
    }
}
