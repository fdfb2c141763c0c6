package io.sallyport.gateway.ports;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * How many requests a connection costs the store: three ledgers and the real law in simulated time,
 * the same for the same seed. {@code ./sallyport bench acquires [--quick] [--seed N]}.
 */
final class Acquires {

    /** Closing and rest are part of a port's use: 2 s of life, 10 s closing, then 5 s rest. */
    private static final Duration LIFE = Duration.ofSeconds(12);

    private static final Duration REST = Duration.ofSeconds(5);
    private static final int NODES = 3;

    enum Load {
        ZIPF("Zipf(1.0)", 20_000, 0.2),
        HOT("one hot destination", 2_500, 0.02),
        COLD("all cold", 20_000, 1.0);

        final String title;
        final int perSecond;
        final double target;

        Load(String title, int perSecond, double target) {
            this.title = title;
            this.perSecond = perSecond;
            this.target = target;
        }
    }

    /**
     * @param warmUp connections before counting begins
     * @param perConnection Acquire requests per connection, after that
     * @param perCommit Acquire requests per entry that has any
     * @param inHand ports leased and unspent at the end, at all nodes
     */
    record Figure(
            Load load,
            int destinations,
            long warmUp,
            long connections,
            double perConnection,
            double perCommit,
            int inHand,
            long refused) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-20s %,9d destinations %,10d connections after %,9d: %.4f per connection"
                            + " (target %.2f), %.1f per commit, %,d ports in hand, %d refused",
                    load.title,
                    destinations,
                    connections,
                    warmUp,
                    perConnection,
                    load.target,
                    perCommit,
                    inHand,
                    refused);
        }
    }

    private Acquires() {}

    static Figure measure(Load load, int destinations, int warmUp, int connections, long seed) {
        LedgerWorld world = new LedgerWorld(seed, NODES, LIFE, REST);
        Random random = new Random(seed);
        IntSupplier destination = destinations(load, destinations, random);
        drive(world, load, destination, warmUp, random);
        long acquires = world.acquires();
        long opened = world.opened;
        long entries = world.store.entries;
        drive(world, load, destination, connections, random);
        long more = world.acquires() - acquires;
        return new Figure(
                load,
                load == Load.COLD ? warmUp + connections : destinations,
                warmUp,
                connections,
                (double) more / (world.opened - opened),
                (double) more / Math.max(1, world.store.entries - entries),
                world.inHand(),
                world.refused);
    }

    private static void drive(
            LedgerWorld world, Load load, IntSupplier destination, int connections, Random random) {
        double due = 0;
        for (int opened = 0; opened < connections; ) {
            due += load.perSecond / 1000.0;
            for (; due >= 1 && opened < connections; due--, opened++) {
                world.open(random.nextInt(NODES), LedgerWorld.key(destination.getAsInt()), true);
            }
            world.step();
        }
    }

    private static IntSupplier destinations(Load load, int count, Random random) {
        return switch (load) {
            case HOT -> () -> 0;
            case COLD ->
                    new IntSupplier() {
                        private int next;

                        @Override
                        public int getAsInt() {
                            return next++;
                        }
                    };
            case ZIPF -> zipf(count, random);
        };
    }

    private static IntSupplier zipf(int count, Random random) {
        double[] upTo = new double[count];
        double sum = 0;
        for (int rank = 1; rank <= count; rank++) {
            sum += 1.0 / rank;
            upTo[rank - 1] = sum;
        }
        double all = sum;
        return () -> {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * all);
            return found < 0 ? Math.min(count - 1, -found - 1) : found;
        };
    }

    /** Prints one line per distribution; exits with 1 where a target is missed. */
    public static void main(String... arguments) {
        List<String> words = List.of(arguments);
        boolean quick = words.contains("--quick");
        int at = words.indexOf("--seed");
        long seed = at < 0 ? 1 : Long.parseLong(words.get(at + 1));
        int scale = quick ? 10 : 1;
        boolean missed = false;
        System.out.println("acquires: 3 nodes, simulated time, seed " + seed);
        for (Load load : Load.values()) {
            long before = System.nanoTime();
            Figure figure =
                    measure(
                            load,
                            load == Load.HOT ? 1 : 100_000 / scale,
                            1_000_000 / scale,
                            5_000_000 / scale,
                            seed);
            missed |= figure.perConnection() > load.target;
            System.out.printf(
                    Locale.ROOT, "%s (%.0f s)%n", figure, (System.nanoTime() - before) / 1e9);
        }
        System.exit(missed ? 1 : 0);
    }
}
