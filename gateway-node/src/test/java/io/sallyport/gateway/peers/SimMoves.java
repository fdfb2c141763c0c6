package io.sallyport.gateway.peers;

import io.sallyport.ids.EipId;
import io.sallyport.store.calls.Law;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import java.util.List;

/**
 * Elastic IPs that begin new lives while all else goes on and goes wrong. They come back to the
 * gateway that had them, sometimes before a node has noticed: that is the hardest move.
 */
final class SimMoves {

    /** What most runs have. */
    static final SimMoves NONE = new SimMoves(false);

    private static final long MEAN_NANOS = 1_500 * SimWorld.MS;
    static final long FIRST_NANOS = 4_000 * SimWorld.MS;

    private final boolean ownersAlone;

    /**
     * @param ownersAlone nodes are mistaken: they go by the owner of an address, not by its life
     */
    SimMoves(boolean ownersAlone) {
        this.ownersAlone = ownersAlone;
    }

    boolean lookAtOwnersAlone() {
        return ownersAlone;
    }

    /** For as long as clients act. */
    void start(SimWorld world) {
        long end = world.now() + FIRST_NANOS + world.scenario.loadNanos();
        world.at(FIRST_NANOS, () -> move(world, end));
    }

    private void move(SimWorld world, long end) {
        EipId eip = SimFounding.EIPS.get(world.random.nextInt(SimFounding.EIPS.size()));
        CatalogCommand detach = new CatalogCommand.DetachAddress(SimFounding.TENANT, eip);
        CatalogCommand attach = SimFounding.attach(eip);
        List<CatalogCommand> commands =
                switch (world.random.nextInt(4)) {
                    case 0 -> List.of(detach);
                    case 1 -> List.of(attach);
                    default -> List.of(detach, attach);
                };
        world.fault("an address begins another life");
        world.stores.say(Law.CATALOG, commands.stream().map(CatalogCodec::encode).toList());
        if (world.now() < end) {
            long pause = (long) (2 * MEAN_NANOS * world.random.nextDouble());
            world.at(pause, () -> move(world, end));
        }
    }
}
