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

    public Numbers {
        if ((!outKnown && nextOut != 0) || (!inKnown && nextIn != 0)) {
            throw new IllegalArgumentException("a number that is not known");
        }
    }

    /** Of a connection that its client has just begun. */
    public static Numbers afterSyn(int nextOut) {
        return new Numbers(true, nextOut, false, 0);
    }

    public boolean known(boolean outward) {
        return outward ? outKnown : inKnown;
    }

    public int next(boolean outward) {
        return outward ? nextOut : nextIn;
    }
}
