package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.store.client.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A node as the stores see it: it joins, renews, acquires, gives back, dies, and reconciles what
 * the dead left. It has no connections, so that the stores are all that is looked at. No two that
 * live may have one port in hand.
 */
final class SimLessee {

    private static final Duration PATIENT = Duration.ofMinutes(10);
    private static final Endpoint ANYWHERE = Endpoint.parse("192.0.2.1:1");

    /** What it knows of one destination. */
    private static final class Lease {
        final Set<Integer> hand = new TreeSet<>();

        /** Given back, and not known to have arrived. */
        final Set<Integer> doubt = new TreeSet<>();

        /** The newest grant whose answer is known. */
        long asOf;

        boolean acquiring;
        boolean returning;
    }

    private final SimWorld world;
    private final List<SimLessee> all;
    private final NodeId id;
    private final List<LeaseKey> keys;
    private final Map<LeaseKey, Lease> leases = new HashMap<>();
    private @Nullable SimClient client;
    private @Nullable Incarnation life;
    private int lives;
    private boolean dead = true;
    private boolean draining;
    boolean reaches = true;

    SimLessee(SimWorld world, List<SimLessee> all, int number, List<LeaseKey> keys) {
        this.world = world;
        this.all = all;
        this.keys = keys;
        id = new NodeId("lessee-" + number);
        world.every(250 * SimWorld.MS, this::renew);
    }

    private final class Place implements SimClient.Place {
        private final int mine = lives;

        @Override
        public boolean gone() {
            return mine != lives;
        }

        @Override
        public boolean stands() {
            return false;
        }

        @Override
        public boolean reaches(int store) {
            return reaches && !world.storeSilent;
        }
    }

    boolean isOff() {
        return dead;
    }

    NodeId id() {
        return id;
    }

    @Nullable Incarnation life() {
        return life;
    }

    /** Its process begins, unless it runs. */
    void start() {
        if (!dead) {
            return;
        }
        dead = false;
        lives++;
        SimClient mine = new SimClient(world, new Place());
        client = mine;
        join(mine, lives);
    }

    private void join(SimClient mine, int of) {
        var unused =
                mine.submit(
                                new AllocatorCommand.Join(id, id + "/boot", ANYWHERE, ANYWHERE),
                                Duration.ofSeconds(2))
                        .thenAccept(outcome -> {
                            if (of != lives) {
                                return;
                            }
                            if (outcome
                                    instanceof
                                    Outcome.Done<AllocatorResult>(AllocatorResult.Joined joined)) {
                                life = joined.incarnation();
                            } else {
                                world.at(200 * SimWorld.MS, () -> rejoin(mine, of));
                            }
                        });
    }

    private void rejoin(SimClient mine, int of) {
        if (of == lives) {
            join(mine, of);
        }
    }

    /** Its process ends; what it had counts no more. */
    void die() {
        lives++;
        dead = true;
        life = null;
        client = null;
        leases.clear();
    }

    private void renew() {
        SimClient mine = client;
        Incarnation me = life;
        if (mine != null && me != null) {
            int of = lives;
            Membership known = world.stores.members(world.stores.anyStore());
            var unused =
                    mine.submit(
                                    new AllocatorCommand.Renew(
                                            me, known.epoch(), Set.of(), Map.of(), 1L << 40),
                                    Duration.ofSeconds(1))
                            .thenAccept(outcome -> {
                                if (of == lives
                                        && outcome
                                                instanceof
                                                Outcome.Done<AllocatorResult>(
                                                        AllocatorResult.UnknownIncarnation u)) {
                                    die();
                                    start();
                                }
                            });
        }
    }

    /** One thing to do; most often a port is wanted or given back. */
    void act() {
        SimClient mine = client;
        Incarnation me = life;
        if (mine == null || me == null) {
            return;
        }
        LeaseKey key = keys.get(world.random.nextInt(keys.size()));
        Lease lease = leases.computeIfAbsent(key, k -> new Lease());
        int choice = world.random.nextInt(100);
        if (choice < 2) {
            reconcile(mine);
        } else if (draining || choice < 50) {
            giveBack(mine, me, key, lease);
        } else if (!lease.acquiring) {
            acquire(mine, me, key, lease);
        }
    }

    private void acquire(SimClient mine, Incarnation me, LeaseKey key, Lease lease) {
        int of = lives;
        lease.acquiring = true;
        Membership known = world.stores.members(world.stores.anyStore());
        int want = 1 << world.random.nextInt(5);
        var unused =
                mine.submit(new AllocatorCommand.Acquire(me, key, want, known.epoch()), PATIENT)
                        .thenAccept(outcome -> {
                            if (of == lives) {
                                lease.acquiring = false;
                                acquired(key, lease, outcome);
                            }
                        });
    }

    private void acquired(LeaseKey key, Lease lease, Outcome<AllocatorResult> outcome) {
        if (outcome
                instanceof
                Outcome.Done<AllocatorResult>(AllocatorResult.Granted(long grant, Ports ports))) {
            lease.asOf = Math.max(lease.asOf, grant);
            for (int i = 0; i < ports.size(); i++) {
                int port = ports.get(i);
                for (SimLessee other : all) {
                    if (other.has(key, port)) {
                        throw new SimCheck.Violation(
                                "store: %s %d is in the hand of %s and granted to %s"
                                        .formatted(key, port, other.life, life));
                    }
                }
                // That it is granted again proves that its return arrived.
                lease.doubt.remove(port);
                lease.hand.add(port);
            }
        }
    }

    private boolean has(LeaseKey key, int port) {
        Lease lease = leases.get(key);
        return lease != null && lease.hand.contains(port);
    }

    private void giveBack(SimClient mine, Incarnation me, LeaseKey key, Lease lease) {
        if (lease.returning) {
            return;
        }
        Set<Integer> given = new TreeSet<>(lease.doubt);
        for (int port : lease.hand) {
            if (draining || world.random.nextBoolean()) {
                given.add(port);
            }
        }
        if (given.isEmpty()) {
            return;
        }
        lease.hand.removeAll(given);
        lease.doubt.addAll(given);
        lease.returning = true;
        int of = lives;
        // Sometimes it does not wait long, and says it again while the first may still arrive.
        Duration deadline =
                world.random.nextInt(4) == 0 ? Duration.ofMillis(3) : Duration.ofSeconds(5);
        var unused =
                mine.submit(
                                new AllocatorCommand.Return(
                                        me, key, lease.asOf, Ports.of(List.copyOf(given))),
                                deadline)
                        .thenAccept(outcome -> {
                            if (of == lives) {
                                lease.returning = false;
                                if (outcome
                                        instanceof
                                        Outcome.Done<AllocatorResult>(AllocatorResult.Done d)) {
                                    lease.doubt.removeAll(given);
                                }
                            }
                        });
    }

    /** There are no connections: whatever the dead had is free. */
    private void reconcile(SimClient mine) {
        int group = 1 + world.random.nextInt(world.stores.leaseGroups);
        int of = lives;
        var unused =
                mine.orphans(group, Optional.empty(), Duration.ofSeconds(1))
                        .thenAccept(outcome -> {
                            if (of == lives && outcome instanceof Outcome.Done<OrphansPage> d) {
                                for (Orphan orphan : d.value().orphans()) {
                                    var none =
                                            mine.submit(
                                                    new AllocatorCommand.Reconciled(
                                                            orphan.dead(),
                                                            orphan.key(),
                                                            orphan.ports(),
                                                            d.value().epoch()),
                                                    Duration.ofSeconds(5));
                                }
                            }
                        });
    }

    /** Only gives back from now on. */
    void drain() {
        draining = true;
    }

    /** What is in its hand must be its own by the log's word. */
    void check() {
        Incarnation me = life;
        if (me == null) {
            return;
        }
        leases.forEach((key, lease) -> {
            for (int port : lease.hand) {
                Incarnation holder = world.stores.holders.holder(key, port);
                if (!me.equals(holder)) {
                    throw new SimCheck.Violation(
                            "store: %s %d is in the hand of %s and held by %s"
                                    .formatted(key, port, me, holder));
                }
            }
        });
    }
}
