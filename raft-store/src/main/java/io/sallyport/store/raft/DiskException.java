package io.sallyport.store.raft;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The disk does not take what must be written. The store must stop: what it cannot keep it may not
 * acknowledge.
 */
public final class DiskException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * @param task what was to be written, as the end of a sentence
     * @param cause what came of it
     */
    DiskException(Path directory, String task, Throwable cause) {
        super(
                "the disk under %s does not take %s: %s"
                        .formatted(directory, task, innermost(cause)),
                cause);
    }

    /** What the system said, below what was made of it on its way. */
    private static String innermost(Throwable failure) {
        Throwable cause = failure.getCause();
        if (cause != null && cause != failure) {
            return innermost(cause);
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
