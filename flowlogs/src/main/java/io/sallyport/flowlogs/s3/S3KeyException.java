package io.sallyport.flowlogs.s3;

/** A key of a configuration about S3 whose value cannot be used. */
public final class S3KeyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String key;
    private final String value;
    private final String allowed;

    S3KeyException(String key, String value, String allowed) {
        super(key + "=" + value + ": " + allowed);
        this.key = key;
        this.value = value;
        this.allowed = allowed;
    }

    public String key() {
        return key;
    }

    /** As it may be shown: of a secret, nothing. */
    public String value() {
        return value;
    }

    /** What would be allowed, or what is wrong. */
    public String allowed() {
        return allowed;
    }
}
