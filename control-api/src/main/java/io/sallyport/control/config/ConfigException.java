package io.sallyport.control.config;

/** A configuration that cannot be used; the message names key, value and what is allowed. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ConfigException(String key, String value, String allowed) {
        super("config: " + key + "=" + value + ": " + allowed);
    }

    /** An argument of the command line that is not understood, or is missing. */
    public static ConfigException usage(String argument) {
        return new ConfigException(
                "arguments", argument, "--config FILE, then any number of --set key=value");
    }

    ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
