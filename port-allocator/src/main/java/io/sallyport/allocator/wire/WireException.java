package io.sallyport.allocator.wire;

/**
 * Bytes that are not what they should be: cut short, too long, out of range, or of an unknown
 * version. Whoever reads from a socket answers with it; on a log or a disk it means corruption.
 */
public final class WireException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public WireException(String message) {
        super(message);
    }

    public WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
