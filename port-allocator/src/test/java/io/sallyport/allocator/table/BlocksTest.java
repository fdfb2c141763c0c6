package io.sallyport.allocator.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.Seed;
import io.sallyport.allocator.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BlocksTest {

    private record Held(int block, int chars, char content) {}

    @Test
    void noTwoBlocksShareACharWhateverIsAllocatedAndReleased() {
        RandomGenerator random = Seed.of(getClass()).random();
        Blocks blocks = new Blocks();
        List<Held> held = new ArrayList<>();
        for (int step = 0; step < 30_000; step++) {
            if (random.nextInt(held.size() + 1000) < 1000) {
                int chars = 1 + random.nextInt(1 << random.nextInt(1, 15));
                Held fresh = new Held(blocks.allocate(chars), chars, (char) random.nextInt());
                assertThat(fresh.block).isNotEqualTo(Blocks.NONE);
                fill(blocks, fresh);
                held.add(fresh);
            } else {
                Held gone = held.remove(random.nextInt(held.size()));
                check(blocks, gone);
                blocks.release(gone.block, gone.chars);
            }
        }
        held.forEach(each -> check(blocks, each));
    }

    @Test
    void whatIsReleasedIsUsedAgain() {
        Blocks blocks = new Blocks();
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            first.add(blocks.allocate(12));
        }
        long bytes = blocks.bytes();
        assertThat(bytes).isBetween(20_000L * 32, 20_000L * 32 + 131_072);
        first.forEach(block -> blocks.release(block, 16));
        for (int i = 0; i < 20_000; i++) {
            assertThat(first).contains(blocks.allocate(9));
            i += 500; // A look at each would take long.
        }
        assertThat(blocks.bytes()).isEqualTo(bytes);
    }

    @Test
    void lengthsThatShareABlockHaveTheSameSize() {
        assertThat(Blocks.size(1)).isEqualTo(Blocks.size(8)).isZero();
        assertThat(Blocks.size(9)).isEqualTo(Blocks.size(16)).isEqualTo(1);
        assertThat(Blocks.size(16_384)).isEqualTo(11);
        assertThatThrownBy(() -> Blocks.size(16_385)).isInstanceOf(Invariant.Broken.class);
        assertThatThrownBy(() -> Blocks.size(0)).isInstanceOf(Invariant.Broken.class);
        int longest = PortList.chars(PortList.SIZE_MAX, PortList.SIZE_MAX);
        assertThat(Blocks.size(longest)).isLessThanOrEqualTo(11);
    }

    private static void fill(Blocks blocks, Held held) {
        for (int i = 0; i < held.chars; i++) {
            blocks.page(held.block)[blocks.offset(held.block) + i] = held.content;
        }
    }

    private static void check(Blocks blocks, Held held) {
        for (int i = 0; i < held.chars; i++) {
            if (blocks.page(held.block)[blocks.offset(held.block) + i] != held.content) {
                throw new AssertionError("another wrote into " + held);
            }
        }
    }
}
