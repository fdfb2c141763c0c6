package io.sallyport.bench;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A gateway node's way to the stores: a client that joined, and one elastic IP. */
final class StoreContender implements Contender {

    /** As which node it joins. */
    static final String NODE = "bench-1";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** 198.18.0.0, of the range for benchmarks (RFC 2544), as a v4-mapped address. */
    private static final long FIRST_DESTINATION = 0xffff_c612_0000L;

    private static final long ADDRESSES = 1 << 17;

    private static final TenantId TENANT = new TenantId("111122223333");

    private final StoreClient client;
    private final Incarnation incarnation;
    private final Membership membership;
    private final IpAddress eip;
    private final long generation;

    private StoreContender(
            StoreClient client, AllocatorResult.Joined joined, Resource.ElasticIp eip) {
        this.client = client;
        this.incarnation = joined.incarnation();
        this.membership = joined.membership();
        this.eip = eip.address();
        this.generation = eip.poolGeneration();
    }

    /** Makes a tenant with a gateway and an elastic IP, and joins as the only node. */
    static StoreContender enter(StoreTrio stores, StoreClient client) {
        VpcId vpc = new VpcId("vpc-00000000000000001");
        SubnetId subnet = new SubnetId("subnet-00000000000000001");
        GatewayId gateway = new GatewayId("nat-00000000000000001");
        EipId id = new EipId("eipalloc-00000000000000001");
        List<CatalogCommand> commands =
                List.of(
                        new CatalogCommand.PutTenant(TENANT, "bench", "%064x".formatted(1)),
                        new CatalogCommand.PutPool(
                                "public", List.of(IpPrefix.parse("203.0.113.0/24"))),
                        new CatalogCommand.CreateVpc(
                                TENANT, vpc, List.of(IpPrefix.parse("10.0.0.0/16"))),
                        new CatalogCommand.CreateSubnet(
                                TENANT, subnet, vpc, IpPrefix.parse("10.0.1.0/24")),
                        new CatalogCommand.CreateGateway(
                                TENANT,
                                gateway,
                                subnet,
                                new InterfaceId("eni-00000000000000001"),
                                Optional.empty(),
                                2),
                        new CatalogCommand.AllocateAddress(
                                TENANT, id, "public", false, Optional.empty()),
                        new CatalogCommand.MoveAddress(
                                TENANT,
                                id,
                                new Resource.Owner.OfGateway(gateway),
                                new CatalogCommand.Existing.End()));
        Resource.ElasticIp eip = null;
        try (StoreClient operator = stores.connectAsOperator()) {
            for (CatalogCommand command : commands) {
                CatalogResult result = done(operator.submit(command, PATIENCE));
                if (result instanceof CatalogResult.Applied(long v, Optional<Resource> made)
                        && made.isPresent()
                        && made.get() instanceof Resource.ElasticIp attached) {
                    eip = attached;
                }
            }
        }
        AllocatorCommand join =
                new AllocatorCommand.Join(
                        new NodeId(NODE),
                        "machine-1/boot-1",
                        Endpoint.parse("127.0.0.1:1"),
                        Endpoint.parse("127.0.0.1:1"));
        AllocatorResult joined = done(client.submit(join, PATIENCE));
        if (eip == null || !(joined instanceof AllocatorResult.Joined life)) {
            throw new BenchFailure("the stores did not let the benchmark in: " + joined);
        }
        return new StoreContender(client, life, eip).warm();
    }

    /** What was just made may not have reached every lease group yet. */
    private StoreContender warm() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                allocate(0, 1).join();
                return this;
            } catch (RuntimeException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    private static <T> T done(CompletableFuture<Outcome<T>> future) {
        return switch (future.join()) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(String reason) -> throw new BenchFailure("no: " + reason);
            case Outcome.Unknown<T>(String reason) -> throw new BenchFailure("? " + reason);
        };
    }

    @Override
    public String name() {
        return "sallyport";
    }

    @Override
    public CompletableFuture<Integer> allocate(long destination, int ports) {
        return acquire(destination, ports).thenApply(granted -> granted.ports().size());
    }

    /** Takes one port; completes with it. */
    CompletableFuture<Integer> take(int destination) {
        return acquire(destination, 1).thenApply(granted -> granted.ports().get(0));
    }

    private CompletableFuture<AllocatorResult.Granted> acquire(long destination, int ports) {
        return client.submit(command(destination, ports), PATIENCE)
                .thenApply(StoreContender::granted);
    }

    /** What is said to the stores for an allocation. */
    AllocatorCommand command(long destination, int ports) {
        return new AllocatorCommand.Acquire(
                incarnation, key(destination), ports, membership.epoch());
    }

    /** What a lease group must have learned before it grants anything to this node. */
    AllocatorCommand learned() {
        Pool pool = new Pool(new PoolId(eip, generation), TENANT, 0);
        return new AllocatorCommand.Learn(1, membership, List.of(pool), List.of());
    }

    /** Every address of the range in turn, then again with the next port. */
    private LeaseKey key(long destination) {
        return new LeaseKey(
                eip,
                generation,
                new Destination(
                        Protocol.TCP,
                        IpAddress.of(0, FIRST_DESTINATION + destination % ADDRESSES),
                        443 + (int) (destination / ADDRESSES)));
    }

    private static AllocatorResult.Granted granted(Outcome<AllocatorResult> outcome) {
        if (outcome instanceof Outcome.Done<AllocatorResult>(AllocatorResult result)
                && result instanceof AllocatorResult.Granted granted) {
            return granted;
        }
        throw new BenchFailure("an Acquire was answered " + outcome);
    }

    /**
     * Leaves, so that all its ports become orphans that can be listed.
     *
     * @return how many acknowledged ports the stores do not have
     */
    long leaveAndCountMissing(Acknowledged acknowledged) {
        var unused = done(client.submit(new AllocatorCommand.Leave(incarnation), PATIENCE));
        // The lease groups learn of it a moment later, and any store may answer.
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long missing = missing(acknowledged);
        while (missing > 0 && System.nanoTime() < deadline) {
            missing = missing(acknowledged);
        }
        return missing;
    }

    private long missing(Acknowledged acknowledged) {
        Map<Long, BitSet> held = new HashMap<>();
        int groups = 1;
        for (int group = 1; group <= groups; group++) {
            Optional<Orphan.Position> after = Optional.empty();
            OrphansPage page;
            do {
                page = done(client.orphans(group, after, PATIENCE));
                for (Orphan orphan : page.orphans()) {
                    long number = orphan.key().destination().address().low() - FIRST_DESTINATION;
                    BitSet ports = held.computeIfAbsent(number, absent -> new BitSet());
                    orphan.ports().stream().forEach(ports::set);
                    after = Optional.of(orphan.position());
                }
                groups = page.groups();
            } while (page.more());
        }
        long missing = 0;
        for (int i = 0; i < acknowledged.destinations(); i++) {
            missing += acknowledged.missing(i, held.getOrDefault((long) i, new BitSet()));
        }
        return missing;
    }

    /** One question and one answer on the connection that allocations use, without a commit. */
    CompletableFuture<?> pingPong() {
        return client.members(PATIENCE);
    }

    @Override
    public void close() {
        client.close();
    }
}
