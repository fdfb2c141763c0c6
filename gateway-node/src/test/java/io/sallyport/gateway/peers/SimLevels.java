package io.sallyport.gateway.peers;

/**
 * A gateway whose R changes while all else goes on and goes wrong. Nodes hear of it one after the
 * other, so openers and homes differ about it.
 */
final class SimLevels {

    private static final int MOST = 4;
    private static final long MEAN_NANOS = 700 * SimWorld.MS;
    private static final long FIRST_NANOS = 4_000 * SimWorld.MS;
    private static final int LAG_MILLIS = 400;

    private SimLevels() {}

    /** From now on, and for as long as clients act. */
    static void start(SimWorld world) {
        long end = world.now() + FIRST_NANOS + world.scenario.loadNanos();
        world.at(FIRST_NANOS, () -> change(world, end));
    }

    private static void change(SimWorld world, long end) {
        set(world, 1 + world.random.nextInt(MOST), LAG_MILLIS);
        if (world.now() < end) {
            long pause = (long) (2 * MEAN_NANOS * world.random.nextDouble());
            world.at(pause, () -> change(world, end));
        }
    }

    /**
     * @param lagMillis nodes hear of it within so long
     */
    static void set(SimWorld world, int copies, int lagMillis) {
        world.fault("a gateway has another R");
        world.copies = copies;
        for (SimNode node : world.nodes) {
            long lag = lagMillis == 0 ? 0 : world.random.nextInt(lagMillis) * SimWorld.MS;
            world.at(lag, node::hearCopies);
        }
    }
}
