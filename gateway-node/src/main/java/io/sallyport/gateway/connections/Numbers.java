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
    public static final int SYN_DATA = 0xffff;

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
     * Whether the SYN after which the client's next number is {@code nextOut} may be the one that
     * began this stream, said again: a SYN of another stream has another number (RFC 9293, section
     * 3.4.1). Once the remote has answered it must be exact.
     */
    public boolean begunBy(int nextOut) {
        int ahead = nextOut - this.nextOut;
        return outKnown && ahead <= 0 && ahead >= (inKnown ? 0 : -SYN_DATA);
    }

    public boolean known(boolean outward) {
        return outward ? outKnown : inKnown;
    }

    public int next(boolean outward) {
        return outward ? nextOut : nextIn;
    }
}
