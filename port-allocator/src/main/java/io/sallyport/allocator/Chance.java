package io.sallyport.allocator;

/** The numbers that one command may draw: a function of its {@link Stamp}. One thread at a time. */
final class Chance {

    private final int[] key = new int[8];
    private final int[] nonce;
    private int counter;
    private int[] words = {};
    private int next;

    Chance(Stamp stamp) {
        byte[] entropy = stamp.entropy();
        for (int i = 0; i < key.length; i++) {
            key[i] =
                    (entropy[4 * i] & 0xff)
                            | (entropy[4 * i + 1] & 0xff) << 8
                            | (entropy[4 * i + 2] & 0xff) << 16
                            | (entropy[4 * i + 3] & 0xff) << 24;
        }
        nonce = new int[] {stamp.ordinal(), (int) stamp.index(), (int) (stamp.index() >>> 32)};
    }

    private int word() {
        if (next == words.length) {
            words = ChaCha20.block(key, counter++, nonce);
            next = 0;
        }
        return words[next++];
    }

    /**
     * A number from 0 to {@code bound - 1}, each as likely as any other: what would favour the low
     * ones is drawn again (Lemire, "Fast random integer generation in an interval", 2019).
     */
    int below(int bound) {
        Invariant.check(bound > 0, "a draw has something to draw from");
        long product = Integer.toUnsignedLong(word()) * bound;
        if ((product & 0xffff_ffffL) < bound) {
            long threshold = (1L << 32) % bound;
            while ((product & 0xffff_ffffL) < threshold) {
                product = Integer.toUnsignedLong(word()) * bound;
            }
        }
        return (int) (product >>> 32);
    }
}
