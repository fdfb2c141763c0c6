package io.sallyport.gateway.connections;

/**
 * Where a TCP stream is, as nodes tell it to each other: for each direction the sequence number
 * that its receiver expects next. What is doubted is not told.
 *
 * @param outKnown whether {@code nextOut}, of what comes from inside, is known; else that is 0
 * @param inKnown the same of {@code nextIn}, of what comes from outside
 */
public record Numbers(boolean outKnown, int nextOut, boolean inKnown, int nextIn) {

    public static final Numbers NONE = new Numbers(false, 0, false, 0);

    /** Data that may come with a SYN, and that its answer need not acknowledge. In bytes. */
    private static final int SYN_DATA = 0xffff;

    public Numbers {
        if ((!outKnown && nextOut != 0) || (!inKnown && nextIn != 0)) {
            throw new IllegalArgumentException("a number that is not known");
        }
    }

    /** Of a connection that its client has just begun. */
    public static Numbers afterSyn(int nextOut) {
        return new Numbers(true, nextOut, false, 0);
    }

    /**
     * Whether a SYN, or the acknowledgement of one, may be of the SYN that began a stream: another
     * stream's has another number (RFC 9293, section 3.4.1).
     *
     * @param ahead the number after it, less the next of the stream as it is known
     * @param exact whether the stream has gone on, so that data with the SYN explains nothing
     */
    public static boolean areOfItsSyn(int ahead, boolean exact) {
        return ahead <= 0 && ahead >= (exact ? 0 : -SYN_DATA);
    }

    /** Whether the SYN before {@code nextOut} is the one that began this stream, said again. */
    public boolean begunBy(int nextOut) {
        return outKnown && areOfItsSyn(nextOut - this.nextOut, inKnown);
    }

    public boolean known(boolean outward) {
        return outward ? outKnown : inKnown;
    }

    public int next(boolean outward) {
        return outward ? nextOut : nextIn;
    }
}
