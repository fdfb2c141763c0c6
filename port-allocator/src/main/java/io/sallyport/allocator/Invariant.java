package io.sallyport.allocator;

/**
 * What must hold whatever anybody asks. A broken invariant is our own error or a corrupt log, never
 * a caller's: the process stops, better than it goes on wrong. Always on.
 */
public final class Invariant {

    private Invariant() {}

    /** Thrown by {@link #check}; nobody catches it but the thread that stops the process. */
    public static final class Broken extends Error {

        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    /**
     * @throws Broken where it does not hold
     */
    public static void check(boolean holds, String what) {
        if (!holds) {
            throw new Broken(what);
        }
    }
}
