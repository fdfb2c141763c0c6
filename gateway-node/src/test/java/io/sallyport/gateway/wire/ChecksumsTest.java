package io.sallyport.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumsTest {

    /** The example of RFC 1071, section 3: 0001 f203 f4f5 f6f7 sums to ddf2. */
    @Test
    void theExampleOfTheRfcComesOut() {
        byte[] bytes = {0, 1, (byte) 0xf2, 3, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7};
        MemorySegment memory = MemorySegment.ofArray(bytes);
        assertThat(Checksums.fold(Checksums.sum(memory, 0, 8))).isEqualTo(0xddf2);
    }

    @Test
    void aDeltaSaysWhatANewSumSays() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2048);
            for (int i = 0; i < 20_000; i++) {
                int length = 2 + random.nextInt(1400);
                for (int at = 0; at < length; at++) {
                    memory.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
                }
                int before = Checksums.finish(Checksums.sum(memory, 0, length));
                int at = random.nextInt(length / 2) * 2;
                int old = Octets.u16(memory, at);
                int fresh = random.nextInt(0x10000);
                Octets.put16(memory, at, fresh);
                int after = Checksums.finish(Checksums.sum(memory, 0, length));
                int applied = Checksums.apply(before, Checksums.delta16(old, fresh));
                // 0 and 0xffff are one number in this arithmetic.
                assertThat(applied % 0xffff).isEqualTo(after % 0xffff);
            }
        }
    }
}
