package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Member;
import io.sallyport.ids.Incarnation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes wrong in the simulation, chosen by the seed. */
final class SimFaults {

    private final SimWorld world;
    private final SimStores stores;
    private final long meanNanos;
    private boolean running;

    /** Until then nobody but a plot cuts or mends. */
    private long plotUntil;

    /** Lost for good, as long as faults happen. */
    private @Nullable SimNode lost;

    SimFaults(SimWorld world, long meanNanos) {
        this.world = world;
        this.meanNanos = meanNanos;
        stores = world.stores;
    }

    void start() {
        running = true;
        clocks();
        tick();
    }

    private void tick() {
        if (running) {
            any();
            world.at((long) (2 * meanNanos * world.random.nextDouble()), this::tick);
        }
    }

    /**
     * Within the bound: 3 in 100. A node 3 % slow and a store 3 % fast use up the 1 s of T + 1 s.
     */
    private void clocks() {
        double most =
                switch (world.scenario.drift()) {
                    case NONE -> 0;
                    case WITHIN -> 0.03;
                    case BEYOND -> 0.5;
                };
        for (SimNode node : world.nodes) {
            node.clock.run(rate(most), world.now());
        }
        for (int i = 0; i < SimStores.COUNT; i++) {
            stores.store(i).clock.run(rate(most), world.now());
        }
    }

    private double rate(double most) {
        return most == 0 ? 1 : 1 + most * (2 * world.random.nextDouble() - 1);
    }

    /** Up to 4 seconds, rarely as long as a horizon and more. */
    private long span() {
        boolean rare = world.random.nextInt(12) == 0;
        return rare ? within(10_000, 25_000) : within(0, 4_000);
    }

    private void any() {
        if (world.nodes.isEmpty()) {
            ofStores();
            return;
        }
        SimNode node = world.anyNode();
        if (node == lost) {
            return;
        }
        if (plotted()) {
            if (world.random.nextInt(4) == 0) {
                breakSession();
            }
            return;
        }
        boolean ofTheme = world.random.nextInt(4) > 0;
        switch (ofTheme ? world.scenario.theme() : SimScenario.Theme.MIXED) {
            case MIXED -> mixed(node);
            case SESSIONS -> {
                if (world.random.nextInt(10) == 0) {
                    slowLinks();
                } else {
                    breakSession();
                }
            }
            case STORES -> ofStores();
            case SILENCE -> duringSilence(node);
            case DEATHS -> deaths(node);
        }
    }

    private void mixed(SimNode node) {
        switch (world.random.nextInt(24)) {
            case 0, 1, 2, 3 -> breakSession();
            case 4, 5 -> crash(node);
            case 6 -> powerLoss(node);
            case 7, 8 -> pause(node);
            case 9 -> cut(node, world.anyNode());
            case 10 -> silence(world.random.nextInt(4_000));
            case 11 -> falselyAway(node);
            case 12, 13 -> fromStore(node);
            case 14 -> isolate(node, span());
            case 15 -> slowLinks();
            case 16 -> forGood(node);
            case 17 -> leave(node);
            default -> ofStores();
        }
    }

    private void ofStores() {
        switch (world.random.nextInt(6)) {
            case 0 -> crash(stores.anyStore());
            case 1 -> pause(stores.anyStore());
            case 2 -> cutStores();
            case 3 -> transfer();
            case 4 -> lag();
            default -> loseDisk();
        }
    }

    /** No store is reached for long, and its leader calls away who is well. */
    private void duringSilence(SimNode node) {
        if (!world.storeSilent && world.random.nextBoolean()) {
            oneEar();
        } else if (!world.storeSilent) {
            silence(20_000 + world.random.nextInt(25_000));
        } else if (world.random.nextInt(5) == 0) {
            crash(node);
        } else {
            falselyAway(node);
        }
    }

    /** Deaths, true and false ones, and who is cut off just before he would be called dead. */
    private void deaths(SimNode node) {
        switch (world.random.nextInt(9)) {
            case 0 -> forGood(node);
            case 1 -> powerLoss(node);
            case 2 -> crash(node);
            case 3 -> pause(node);
            case 4 -> {
                world.fault("cut from stores, then isolated");
                node.reachesStore = false;
                world.at(within(10_000, 18_000), () -> isolate(node, within(15_000, 20_000)));
            }
            case 5 -> split();
            case 6 -> allButOne(node);
            case 7 -> passedOn(node);
            default -> {
                silence(18_000);
                world.at(within(10_000, 17_500), () -> isolate(node, within(15_000, 20_000)));
            }
        }
    }

    /** Half or more are cut off from the rest and from the stores, but not from each other. */
    private void split() {
        plot("most cut off together", within(17_000, 40_000));
        List<SimNode> all = world.nodes;
        List<SimNode> off = all.subList(0, world.random.nextInt(all.size() / 2, all.size()));
        for (SimNode one : off) {
            one.reachesStore = false;
            all.stream()
                    .filter(other -> !off.contains(other))
                    .forEach(other -> world.network.cut(one, other));
        }
    }

    /** One peer alone reaches it, and then is off: what that one acknowledged counts still. */
    private void allButOne(SimNode node) {
        SimNode last = world.anyNode();
        if (last == node) {
            return;
        }
        plot("cut off from all but one, who dies", within(34_000, 38_000));
        node.reachesStore = false;
        last.reachesStore = false;
        world.nodes.stream()
                .filter(other -> other != node && other != last)
                .forEach(other -> world.network.cut(node, other));
        world.at(
                within(17_000, 19_000),
                () -> {
                    last.powerLoss();
                    world.at(within(0, 300), () -> fence(last));
                    world.at(within(20_000, 21_000), last::start);
                });
    }

    /**
     * One alone reaches the stores, and one that it does not reach is called away again and again:
     * away, and yet heard by the others.
     */
    private void oneEar() {
        SimNode ear = world.anyNode();
        SimNode unheard = world.anyNode();
        if (ear == unheard || world.nodes.size() < 3) {
            return;
        }
        plot("one alone reaches the stores", within(20_000, 45_000));
        world.nodes.forEach(node -> node.reachesStore = node == ear);
        world.network.cut(ear, unheard);
        callAway(unheard);
    }

    private void callAway(SimNode unheard) {
        if (plotted()) {
            falselyAway(world.random.nextInt(3) > 0 ? unheard : world.anyNode());
            world.at(within(500, 4_000), () -> callAway(unheard));
        }
    }

    /** One peer vouches for a silence and is then the only one that hears the silent one. */
    private void passedOn(SimNode node) {
        if (world.nodes.size() != 3) {
            return;
        }
        SimNode first = world.nodes.get((node.number + 1) % 3);
        SimNode second = world.nodes.get((node.number + 2) % 3);
        plot("heard by one peer, then by another", 54_000 * SimWorld.MS);
        node.reachesStore = false;
        first.reachesStore = false;
        world.network.cut(node, second);
        world.at(
                18_500 * SimWorld.MS,
                () -> {
                    world.network.heal();
                    world.network.cut(node, first);
                    first.reachesStore = true;
                    second.reachesStore = false;
                });
        world.at(within(31_500, 34_000), () -> world.network.cut(node, second));
    }

    private long within(long leastMillis, long mostMillis) {
        return world.random.nextLong(leastMillis, mostMillis) * SimWorld.MS;
    }

    /** A plot decides alone who reaches whom, until its end. */
    private void plot(String name, long nanos) {
        world.fault(name);
        world.network.heal();
        world.nodes.forEach(node -> node.reachesStore = true);
        plotUntil = world.now() + nanos;
        world.at(
                nanos,
                () -> {
                    mendLinks();
                    world.nodes.forEach(this::mendWay);
                });
    }

    private boolean plotted() {
        return world.now() < plotUntil;
    }

    private void mendLinks() {
        if (!plotted()) {
            world.network.heal();
        }
    }

    private void mendWay(SimNode node) {
        if (!plotted()) {
            node.reachesStore = true;
        }
    }

    private void breakSession() {
        world.fault("session broken");
        world.network.breakAny();
    }

    private void crash(SimNode node) {
        world.fault("node crashed");
        node.crash();
        world.at(span(), node::start);
    }

    private void powerLoss(SimNode node) {
        world.fault("machine rebooted");
        node.powerLoss();
        world.at(span(), node::start);
        if (world.random.nextBoolean()) {
            world.at(span() / 4, () -> fence(node));
        }
    }

    /** By an operator who sees that it is off. */
    private void fence(SimNode node) {
        if (node.isOff()) {
            world.fault("operator fences");
            stores.say(new AllocatorCommand.Fence(node.id));
        }
    }

    private void pause(SimNode node) {
        world.fault("node paused");
        node.pause();
        if (world.scenario.drift() == SimScenario.Drift.BEYOND) {
            // A machine whose guest time stops with it.
            node.clock.run(0, world.now());
        }
        world.at(
                span(),
                () -> {
                    if (world.scenario.drift() == SimScenario.Drift.BEYOND) {
                        node.clock.run(1, world.now());
                    }
                    node.resume();
                });
    }

    private void cut(SimNode one, SimNode other) {
        world.fault("two nodes cut");
        world.network.cut(one, other);
        world.at(span(), this::mendLinks);
    }

    private void silence(long millis) {
        world.fault("stores silent");
        world.storeSilent = true;
        world.at(millis * SimWorld.MS, () -> world.storeSilent = false);
    }

    /** The store says away of one who is well. */
    private void falselyAway(SimNode node) {
        Incarnation life = node.life();
        if (life != null) {
            world.fault("falsely away");
            stores.members(stores.anyStore())
                    .member(life)
                    .filter(m -> m.status() == Member.Status.LIVE)
                    .ifPresent(m -> stores.say(new AllocatorCommand.Away(life, Long.MAX_VALUE)));
        }
    }

    private void fromStore(SimNode node) {
        world.fault("node cut from stores");
        node.reachesStore = false;
        world.at(span(), () -> mendWay(node));
    }

    private void isolate(SimNode node, long nanos) {
        world.fault("node isolated");
        for (SimNode other : world.nodes) {
            if (other != node) {
                world.network.cut(node, other);
            }
        }
        node.reachesStore &= world.random.nextInt(3) == 0;
        world.at(
                nanos,
                () -> {
                    mendLinks();
                    mendWay(node);
                });
    }

    private void slowLinks() {
        world.fault("links slow");
        world.network.delayMs = 300;
        world.at(span() / 2, () -> world.network.delayMs = world.scenario.delayMs());
    }

    /** At most one at a time; a lone pair would lose its majority for good. */
    private void forGood(SimNode node) {
        if (lost == null && world.nodes.size() > 2) {
            world.fault("node lost for good");
            lost = node;
            node.powerLoss();
        }
    }

    private void leave(SimNode node) {
        Incarnation life = node.life();
        if (life != null) {
            world.fault("node leaves");
            node.crash();
            stores.say(new AllocatorCommand.Leave(life));
            world.at(span(), node::start);
        }
    }

    private void crash(SimStores.Store store) {
        world.fault("store crashed");
        stores.crash(store);
        world.at(span(), () -> stores.start(store));
    }

    private void pause(SimStores.Store store) {
        world.fault("store paused");
        store.paused = true;
        world.at(span(), () -> store.paused = false);
    }

    private void cutStores() {
        world.fault("two stores cut");
        stores.cut(world.random.nextInt(SimStores.COUNT), world.random.nextInt(SimStores.COUNT));
        world.at(span(), stores::mendCuts);
    }

    private void transfer() {
        world.fault("leadership transferred");
        stores.transferAny();
    }

    private void lag() {
        world.fault("a follower lags");
        SimStores.Store store = stores.anyStore();
        store.lagNanos = 500 * SimWorld.MS;
        world.at(span(), () -> store.lagNanos = SimWorld.MS);
    }

    /** One disk at a time, and only while the two others are well. */
    private void loseDisk() {
        SimStores.Store store = stores.anyStore();
        if (stores.allRun()) {
            world.fault("store lost its disk");
            stores.loseDisk(store);
        }
    }

    void stopAndHeal() {
        running = false;
        lost = null;
        world.run(5_000 * SimWorld.MS);
        world.network.heal();
        world.network.delayMs = world.scenario.delayMs();
        world.storeSilent = false;
        stores.heal();
        for (SimNode node : world.nodes) {
            node.clock.run(1, world.now());
            node.reachesStore = true;
            node.resume();
            node.start();
        }
        // What was to end after a long span ends by itself within 25 s.
        world.run(30_000 * SimWorld.MS);
    }
}
