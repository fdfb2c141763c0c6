package io.sallyport.allocator;

import org.jspecify.annotations.Nullable;

/**
 * The numbers that commands may draw: for each a function of its {@link Stamp} alone. One thread at
 * a time; one object serves command after command.
 *
 * <p>The bytes of an entry are the key of a ChaCha20 stream. Most commands draw one number, so the
 * first word of sixteen commands in a row comes from one block; further ones come from blocks that
 * are the command's own. No word is given twice.
 */
final class Chance {

    private final int[] input = ChaCha20.input();
    private final int[] firstWords = new int[ChaCha20.WORDS];
    private final int[] ownWords = new int[ChaCha20.WORDS];

    /** What the first words are of. */
    private byte @Nullable [] entropy;

    private long index;
    private int block;

    private int ordinal;
    private int drawn;

    /** Goes on with another command. */
    @SuppressWarnings("ReferenceEquality") // One array serves a whole entry; another is read anew.
    void begin(Stamp stamp) {
        boolean sameBlock =
                entropy == stamp.entropy()
                        && index == stamp.index()
                        && block == stamp.ordinal() / ChaCha20.WORDS;
        ordinal = stamp.ordinal();
        drawn = 0;
        if (!sameBlock) {
            entropy = stamp.entropy();
            index = stamp.index();
            block = ordinal / ChaCha20.WORDS;
            ChaCha20.key(input, stamp.entropy());
            words(block, 0, firstWords);
        }
    }

    /**
     * @param counter of the block
     * @param domain 0 for first words, else the ordinal of the command that owns it, plus one
     */
    private void words(int counter, int domain, int[] into) {
        ChaCha20.position(input, counter, domain, (int) index, (int) (index >>> 32));
        ChaCha20.block(input, into);
    }

    private int word() {
        int at = drawn++;
        if (at == 0) {
            return firstWords[ordinal % ChaCha20.WORDS];
        }
        int own = at - 1;
        if (own % ChaCha20.WORDS == 0) {
            words(own / ChaCha20.WORDS, ordinal + 1, ownWords);
        }
        return ownWords[own % ChaCha20.WORDS];
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
