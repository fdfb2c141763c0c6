package io.sallyport.solo;

/** Why solo ends, in one line, and with which code. */
final class SoloFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int PORT_BUSY = 3;
    static final int MISSING = 69;
    static final int FORBIDDEN = 77;

    private final int exitCode;

    SoloFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
