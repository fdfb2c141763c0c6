package io.sallyport.store.config;

/** A key that is missing, unknown, or has a value that is not allowed; the process ends with 2. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ConfigException(String key, String value, String allowed) {
        super("config: " + key + "=" + value + ": " + allowed);
    }
}
