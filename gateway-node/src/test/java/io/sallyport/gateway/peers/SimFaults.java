package io.sallyport.gateway.peers;

import io.sallyport.allocator.Member;
import io.sallyport.ids.Incarnation;

/** What goes wrong in the simulation, chosen by the seed. */
final class SimFaults {

    private final SimWorld world;
    private boolean running;

    SimFaults(SimWorld world) {
        this.world = world;
    }

    void start(long periodNanos) {
        running = true;
        tick(periodNanos);
    }

    private void tick(long periodNanos) {
        if (!running) {
            return;
        }
        any();
        world.at((long) (2 * periodNanos * world.random.nextDouble()), () -> tick(periodNanos));
    }

    private void any() {
        SimNode node = world.anyNode();
        long span = (long) (4_000 * world.random.nextDouble()) * SimWorld.MS;
        switch (world.random.nextInt(10)) {
            case 0, 1, 2 -> world.network.breakAny();
            case 3 -> {
                node.crash();
                world.at(span, node::start);
            }
            case 4 -> {
                node.pause();
                world.at(span, node::resume);
            }
            case 5 -> {
                world.network.cut(node, world.anyNode());
                world.at(span, world.network::heal);
            }
            case 6 -> {
                world.storeSilent = true;
                world.at(span, () -> world.storeSilent = false);
            }
            case 7 -> falselyAway(node);
            case 8 -> {
                node.reachesStore = false;
                world.at(span, () -> node.reachesStore = true);
            }
            default -> {
                for (SimNode other : world.nodes) {
                    if (other != node) {
                        world.network.cut(node, other);
                    }
                }
                node.reachesStore = world.random.nextBoolean();
                world.at(
                        span,
                        () -> {
                            world.network.heal();
                            node.reachesStore = true;
                        });
            }
        }
    }

    /** The store says away of one who is well. */
    private void falselyAway(SimNode node) {
        Incarnation life = node.life();
        if (life != null && !world.storeSilent && world.store.membership().live().size() > 1) {
            world.store.become(life, Member.Status.AWAY);
        }
    }

    void stopAndHeal() {
        running = false;
        world.run(5_000 * SimWorld.MS);
        world.network.heal();
        world.storeSilent = false;
        for (SimNode node : world.nodes) {
            node.reachesStore = true;
            node.resume();
            if (node.life() == null) {
                node.start();
            }
        }
    }
}
