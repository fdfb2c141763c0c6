package io.sallyport;

import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Where a random test gets its numbers from. The seed is printed; {@code -Dseed=N} runs that one
 * again.
 */
public record Seed(long value) {

    public static Seed of(Class<?> test) {
        Seed seed = new Seed(Long.getLong("seed", System.nanoTime() & 0xffff_ffffL));
        System.out.println(test.getSimpleName() + " -Dseed=" + seed.value);
        return seed;
    }

    public RandomGenerator random() {
        return new Random(value);
    }
}
