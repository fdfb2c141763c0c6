package io.sallyport.allocator;

/**
 * What the log says about one command beside the command itself. Chance enters the law only here:
 * the leader draws the bytes from a cryptographic generator and writes them into the entry, so that
 * every replica makes the same unpredictable choice.
 *
 * @param index of the log entry that holds the command
 * @param ordinal of the command within its entry, from 0; commands of one entry share the bytes and
 *     draw different numbers from them
 * @param entropy {@link #ENTROPY_BYTES} bytes; not copied, so nobody may write to them any more
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; one array serves a whole entry.
public record Stamp(long index, int ordinal, byte[] entropy) {

    public static final int ENTROPY_BYTES = 32;

    public Stamp {
        Invariant.check(index > 0, "a log index is positive");
        Invariant.check(ordinal >= 0, "an ordinal is not negative");
        Invariant.check(entropy.length == ENTROPY_BYTES, "32 bytes of entropy");
    }
}
