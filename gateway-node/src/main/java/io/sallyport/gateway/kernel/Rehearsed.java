package io.sallyport.gateway.kernel;

/**
 * What a device's program says to a frame, told without sending, counting or handing up anything.
 *
 * @param outcome the number of a {@link PathOutcome}, or of the node's drop reason; {@link
 *     #UNCOUNTED}: dropped without one
 * @param frame as it would be sent
 * @param tag the kernel's hash of the instructions, the attached program's too
 */
public record Rehearsed(int outcome, byte[] frame, String program, String tag) {

    public static final int UNCOUNTED = 0;
}
