package io.sallyport.store.trust;

/** A key of the configuration about certificates that cannot be used; the process ends with 2. */
public final class TrustException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TrustException(String key, Object value, String wrong) {
        super("config: " + key + "=" + value + ": " + wrong);
    }
}
