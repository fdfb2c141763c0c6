package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The allocation law as the simulated nodes meet it: small, literal, with few ports. */
final class SimStore {

    private final RandomGenerator random;
    private final int ports;
    private final TreeMap<Long, Member> members = new TreeMap<>();
    private final Map<LeaseKey, TreeMap<Integer, Incarnation>> leases = new HashMap<>();
    private final Map<Incarnation, Long> lastRenewNanos = new HashMap<>();
    private Epoch epoch = new Epoch(1, 0);
    private long index;

    /** A lie: what one holds is granted to another as well. */
    boolean grantsTwice;

    private final Set<List<Object>> lies = new HashSet<>();

    /** The newest grant of each holder and destination. */
    private final Map<List<Object>, Long> grants = new HashMap<>();

    SimStore(RandomGenerator random, int ports) {
        this.random = random;
        this.ports = ports;
    }

    Membership membership() {
        return new Membership(epoch, List.copyOf(members.values()));
    }

    AllocatorResult apply(AllocatorCommand command, long nowNanos) {
        index++;
        return switch (command) {
            case AllocatorCommand.Join c -> join(c, nowNanos);
            case AllocatorCommand.Leave c -> {
                become(c.incarnation(), Member.Status.DEAD);
                yield new AllocatorResult.Renewed(membership());
            }
            case AllocatorCommand.Renew c -> renew(c, nowNanos);
            case AllocatorCommand.Away c -> {
                become(c.incarnation(), Member.Status.AWAY);
                yield new AllocatorResult.Renewed(membership());
            }
            case AllocatorCommand.Acquire c -> acquire(c);
            case AllocatorCommand.Return c -> {
                TreeMap<Integer, Incarnation> leased = leases.get(c.key());
                long newest = grants.getOrDefault(List.of(c.incarnation(), c.key()), 0L);
                if (newest > c.asOf()) {
                    yield new AllocatorResult.Overtaken(newest);
                }
                if (leased != null) {
                    c.ports().stream().forEach(p -> leased.remove(p, c.incarnation()));
                }
                yield new AllocatorResult.Done();
            }
            case AllocatorCommand.Reconciled c -> reconciled(c);
            case AllocatorCommand.Dead c -> throw new UnsupportedOperationException();
            case AllocatorCommand.Fence c -> throw new UnsupportedOperationException();
            case AllocatorCommand.Forget c -> throw new UnsupportedOperationException();
            case AllocatorCommand.Learn c -> throw new UnsupportedOperationException();
        };
    }

    private AllocatorResult join(AllocatorCommand.Join c, long nowNanos) {
        for (Member former : List.copyOf(members.values())) {
            if (former.node().equals(c.node()) && former.status() != Member.Status.DEAD) {
                become(former.incarnation(), Member.Status.DEAD);
            }
        }
        Incarnation incarnation = new Incarnation(index);
        epoch = epoch.next();
        members.put(
                index,
                new Member(
                        c.node(),
                        incarnation,
                        Member.Status.LIVE,
                        c.machine(),
                        c.peers(),
                        c.management(),
                        epoch,
                        epoch,
                        index,
                        epoch,
                        Set.of(),
                        Map.of(),
                        0));
        lastRenewNanos.put(incarnation, nowNanos);
        return new AllocatorResult.Joined(incarnation, membership());
    }

    private AllocatorResult renew(AllocatorCommand.Renew c, long nowNanos) {
        Member member = members.get(c.incarnation().number());
        if (member == null || member.status() == Member.Status.DEAD) {
            return new AllocatorResult.UnknownIncarnation(c.incarnation());
        }
        if (member.status() == Member.Status.AWAY) {
            become(c.incarnation(), Member.Status.LIVE);
        }
        lastRenewNanos.put(c.incarnation(), nowNanos);
        return new AllocatorResult.Renewed(membership());
    }

    private AllocatorResult acquire(AllocatorCommand.Acquire c) {
        if (!membership().isLive(c.incarnation())) {
            return new AllocatorResult.UnknownIncarnation(c.incarnation());
        }
        if (!c.epoch().equals(epoch)) {
            return new AllocatorResult.StaleEpoch(epoch);
        }
        TreeMap<Integer, Incarnation> leased =
                leases.computeIfAbsent(c.key(), k -> new TreeMap<>());
        List<Integer> free = new ArrayList<>();
        for (int port = 1024; port < 1024 + ports; port++) {
            if (!leased.containsKey(port) || lie(c, port)) {
                free.add(port);
            }
        }
        if (free.isEmpty()) {
            return new AllocatorResult.Exhausted(c.key(), leased.size(), List.of());
        }
        Collections.shuffle(free, Random.from(random));
        List<Integer> granted = free.subList(0, Math.min(c.want(), Math.min(2, free.size())));
        granted.forEach(port -> leased.put(port, c.incarnation()));
        grants.put(List.of(c.incarnation(), c.key()), index);
        granted.forEach(port -> lies.add(List.of(c.incarnation(), c.key(), port)));
        return new AllocatorResult.Granted(index, Ports.of(granted));
    }

    /** To each once, whoever else has it. */
    private boolean lie(AllocatorCommand.Acquire c, int port) {
        return grantsTwice && !lies.contains(List.of(c.incarnation(), c.key(), port));
    }

    private AllocatorResult reconciled(AllocatorCommand.Reconciled c) {
        boolean anyoneAway =
                members.values().stream().anyMatch(m -> m.status() == Member.Status.AWAY);
        if (!c.epoch().equals(epoch) || anyoneAway) {
            return new AllocatorResult.StaleEpoch(epoch);
        }
        TreeMap<Integer, Incarnation> leased = leases.get(c.key());
        if (leased != null) {
            c.free().stream().forEach(p -> leased.remove(p, c.dead()));
        }
        return new AllocatorResult.Done();
    }

    /** Every change of a status is a new epoch. */
    void become(Incarnation incarnation, Member.Status status) {
        Member m = members.get(incarnation.number());
        if (m == null || m.status() == status) {
            return;
        }
        epoch = epoch.next();
        members.put(
                incarnation.number(),
                new Member(
                        m.node(),
                        m.incarnation(),
                        status,
                        m.machine(),
                        m.peers(),
                        m.management(),
                        m.joined(),
                        epoch,
                        m.lastRenew(),
                        m.knows(),
                        m.unreachable(),
                        m.vouches(),
                        m.catalogVersion()));
    }

    /** The leader's duty: silent for a second is away, as long as somebody else is live. */
    void watch(long nowNanos) {
        for (Member m : List.copyOf(members.values())) {
            boolean silent =
                    nowNanos - lastRenewNanos.getOrDefault(m.incarnation(), 0L) > 1_000_000_000L;
            if (m.status() == Member.Status.LIVE && silent && membership().live().size() > 1) {
                become(m.incarnation(), Member.Status.AWAY);
            }
        }
    }

    /** Ports that nobody else can get: leased to the living, and orphans. */
    int leased() {
        return leases.values().stream().mapToInt(TreeMap::size).sum();
    }

    /** Pages of two, so that paging is met. */
    OrphansPage orphans(Optional<Orphan.Position> after) {
        TreeMap<Orphan.Position, List<Integer>> all = new TreeMap<>();
        leases.forEach((key, leased) ->
                leased.forEach((port, holder) -> {
                    Member m = members.get(holder.number());
                    if (m != null && m.status() == Member.Status.DEAD) {
                        all.computeIfAbsent(
                                        new Orphan.Position(key, holder), p -> new ArrayList<>())
                                .add(port);
                    }
                }));
        List<Orphan> rest =
                (after.isPresent() ? all.tailMap(after.get(), false) : all)
                        .entrySet().stream()
                                .map(e ->
                                        new Orphan(
                                                e.getKey().key(),
                                                e.getKey().dead(),
                                                Ports.of(e.getValue())))
                                .toList();
        return new OrphansPage(epoch, rest.stream().limit(2).toList(), rest.size() > 2, 1);
    }
}
