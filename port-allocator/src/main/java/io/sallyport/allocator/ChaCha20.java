package io.sallyport.allocator;

/**
 * The ChaCha20 block function (RFC 8439 section 2.3): from a key and a position, 16 words that
 * nobody without the key tells from chance. Here it spreads an entry's 32 bytes over all draws of
 * the entry; being a plain function, it gives every replica the same.
 */
final class ChaCha20 {

    /** How many words a block has, and its input. */
    static final int WORDS = 16;

    private static final int DOUBLE_ROUNDS = 10;
    private static final int KEY = 4;
    private static final int KEY_WORDS = 8;
    private static final int POSITION = KEY + KEY_WORDS;

    private ChaCha20() {}

    /** An input without key and position: they are set before each use. */
    static int[] input() {
        int[] input = new int[WORDS];
        input[0] = 0x61707865;
        input[1] = 0x3320646e;
        input[2] = 0x79622d32;
        input[3] = 0x6b206574;
        return input;
    }

    /**
     * @param key 32 bytes
     */
    static void key(int[] input, byte[] key) {
        for (int i = 0; i < KEY_WORDS; i++) {
            input[KEY + i] =
                    (key[4 * i] & 0xff)
                            | (key[4 * i + 1] & 0xff) << 8
                            | (key[4 * i + 2] & 0xff) << 16
                            | (key[4 * i + 3] & 0xff) << 24;
        }
    }

    static void position(int[] input, int counter, int nonce0, int nonce1, int nonce2) {
        input[POSITION] = counter;
        input[POSITION + 1] = nonce0;
        input[POSITION + 2] = nonce1;
        input[POSITION + 3] = nonce2;
    }

    /** Writes the block's 16 words. */
    static void block(int[] input, int[] words) {
        System.arraycopy(input, 0, words, 0, WORDS);
        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            quarterRound(words, 0, 4, 8, 12);
            quarterRound(words, 1, 5, 9, 13);
            quarterRound(words, 2, 6, 10, 14);
            quarterRound(words, 3, 7, 11, 15);
            quarterRound(words, 0, 5, 10, 15);
            quarterRound(words, 1, 6, 11, 12);
            quarterRound(words, 2, 7, 8, 13);
            quarterRound(words, 3, 4, 9, 14);
        }
        for (int i = 0; i < WORDS; i++) {
            words[i] += input[i];
        }
    }

    private static void quarterRound(int[] s, int a, int b, int c, int d) {
        s[a] += s[b];
        s[d] = Integer.rotateLeft(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = Integer.rotateLeft(s[b] ^ s[c], 12);
        s[a] += s[b];
        s[d] = Integer.rotateLeft(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = Integer.rotateLeft(s[b] ^ s[c], 7);
    }
}
