package io.sallyport.allocator;

/**
 * The ChaCha20 block function (RFC 8439 section 2.3): from a key and a position, 16 words that
 * nobody without the key tells from chance. Here it spreads an entry's 32 bytes over all draws of
 * the entry; being a plain function, it gives every replica the same.
 */
final class ChaCha20 {

    private static final int DOUBLE_ROUNDS = 10;

    private ChaCha20() {}

    /**
     * @param key 8 words
     * @param nonce 3 words
     * @return 16 words
     */
    static int[] block(int[] key, int counter, int[] nonce) {
        int[] input = {
            0x61707865,
            0x3320646e,
            0x79622d32,
            0x6b206574,
            key[0],
            key[1],
            key[2],
            key[3],
            key[4],
            key[5],
            key[6],
            key[7],
            counter,
            nonce[0],
            nonce[1],
            nonce[2]
        };
        int[] state = input.clone();
        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            quarterRound(state, 0, 4, 8, 12);
            quarterRound(state, 1, 5, 9, 13);
            quarterRound(state, 2, 6, 10, 14);
            quarterRound(state, 3, 7, 11, 15);
            quarterRound(state, 0, 5, 10, 15);
            quarterRound(state, 1, 6, 11, 12);
            quarterRound(state, 2, 7, 8, 13);
            quarterRound(state, 3, 4, 9, 14);
        }
        for (int i = 0; i < state.length; i++) {
            state[i] += input[i];
        }
        return state;
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
