package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;

/** One run of the stores' half alone: the real machines, asked by nodes that have no packets. */
final class SimStoreRun {

    private static final long LEFT_NANOS = 120_000 * SimWorld.MS;

    private final SimWorld world;
    private final List<SimLessee> lessees = new ArrayList<>();
    private boolean faulty = true;
    private boolean acting = true;

    private SimStoreRun(SimScenario scenario) {
        world = new SimWorld(scenario);
        List<LeaseKey> keys = SimLoad.destinations(world.founding, scenario.destinations());
        for (int i = 0; i < 4; i++) {
            lessees.add(new SimLessee(world, lessees, i, keys));
        }
    }

    /** The scenario's nodes do not take part. */
    static SimRun of(SimScenario scenario) {
        SimStoreRun run = new SimStoreRun(scenario.nobody());
        return SimRun.of(scenario, run.world, run::live);
    }

    private void live() {
        lessees.forEach(SimLessee::start);
        world.run(1_000 * SimWorld.MS);
        act();
        SimFaults faults = new SimFaults(world, world.scenario.faultNanos());
        faults.start();
        ownFaults();
        for (long spent = 0; spent < world.scenario.loadNanos(); spent += 1_000 * SimWorld.MS) {
            world.run(1_000 * SimWorld.MS);
            lessees.forEach(SimLessee::check);
        }
        faulty = false;
        faults.stopAndHeal();
        lessees.forEach(SimLessee::check);
        lessees.forEach(SimLessee::drain);
        long spent = 0;
        while (world.stores.holders.leased() > 0 && spent < LEFT_NANOS) {
            world.run(1_000 * SimWorld.MS);
            spent += 1_000 * SimWorld.MS;
        }
        acting = false;
        if (world.stores.holders.leased() > 0) {
            throw new SimCheck.Violation(
                    "left: " + world.stores.holders.leased() + " ports are leased: stranded");
        }
    }

    private void act() {
        if (acting) {
            lessees.get(world.random.nextInt(lessees.size())).act();
            // A run without nodes has no packets: its pause is a tenth of theirs.
            long mean = Math.max(1, world.scenario.pauseNanos() / 10);
            world.at((long) (2 * mean * world.random.nextDouble()), this::act);
        }
    }

    private void ownFaults() {
        if (!faulty) {
            lessees.forEach(l -> {
                l.reaches = true;
                l.start();
            });
            return;
        }
        SimLessee lessee = lessees.get(world.random.nextInt(lessees.size()));
        long span = world.random.nextInt(3_000) * SimWorld.MS;
        Incarnation life = lessee.life();
        switch (world.random.nextInt(5)) {
            case 0 -> {
                world.fault("lessee crashed");
                lessee.die();
                world.at(span, lessee::start);
            }
            case 1 -> {
                world.fault("lessee crashed, and is fenced");
                lessee.die();
                world.stores.say(new AllocatorCommand.Fence(lessee.id()));
                world.at(span, lessee::start);
            }
            case 2 -> {
                world.fault("lessee cut from stores");
                lessee.reaches = false;
                world.at(span, () -> lessee.reaches = true);
            }
            case 3 -> {
                if (life != null) {
                    world.fault("lessee leaves");
                    lessee.die();
                    world.stores.say(new AllocatorCommand.Leave(life));
                    world.at(span, lessee::start);
                }
            }
            default -> {
                if (life != null
                        && world.stores.members(world.stores.anyStore()).members().stream()
                                .anyMatch(m ->
                                        m.incarnation().equals(life)
                                                && m.status() == Member.Status.LIVE)) {
                    world.fault("falsely away");
                    world.stores.say(new AllocatorCommand.Away(life, Long.MAX_VALUE));
                }
            }
        }
        world.at(
                (long) (2 * world.scenario.faultNanos() * world.random.nextDouble()),
                this::ownFaults);
    }
}
