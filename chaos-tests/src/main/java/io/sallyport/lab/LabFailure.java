package io.sallyport.lab;

/** A step of the lab failed; the message says which, why, and where to look. */
final class LabFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    LabFailure(String message) {
        super(message);
    }

    LabFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
