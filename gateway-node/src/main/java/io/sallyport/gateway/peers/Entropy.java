package io.sallyport.gateway.peers;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * A secure generator's bytes, drawn many at a time: asked for four of them, it costs more than all
 * else that a connection takes of the ports. Single-threaded.
 */
final class Entropy implements RandomGenerator {

    private static final int BYTES = 4096;

    private final SecureRandom source;
    private final ByteBuffer drawn = ByteBuffer.allocate(BYTES).limit(0);

    Entropy(SecureRandom source) {
        this.source = source;
    }

    @Override
    public long nextLong() {
        if (!drawn.hasRemaining()) {
            source.nextBytes(drawn.array());
            drawn.clear();
        }
        return drawn.getLong();
    }
}
