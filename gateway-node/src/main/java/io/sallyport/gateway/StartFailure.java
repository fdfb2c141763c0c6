package io.sallyport.gateway;

/** Why the process cannot start or go on, in one line, and what it exits with. */
final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final int FAILED = 1;
    static final int CONFIGURATION = 2;
    static final int PORT_BUSY = 3;
    static final int FENCED = 4;

    private final int exitCode;

    StartFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    /** An address that cannot be bound. */
    static StartFailure busy(String key, Object address, Throwable cause) {
        StartFailure failure =
                new StartFailure(
                        PORT_BUSY, key + "=" + address + " cannot be bound: " + cause.getMessage());
        failure.initCause(cause);
        return failure;
    }
}
