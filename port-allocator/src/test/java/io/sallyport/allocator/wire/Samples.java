package io.sallyport.allocator.wire;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** One value of every kind that has a form in bytes, and how that form is read back. */
final class Samples {

    /** A value's bytes, and what reading them gives written again: the same bytes. */
    record Sample(byte[] bytes, Function<byte[], byte[]> readAndWrite) {}

    private static final LeaseKey V4 = key("198.51.100.7", Protocol.TCP, "192.0.2.1", 443);
    private static final LeaseKey V6 = key("2001:db8::7", Protocol.UDP, "2001:db8:1::53", 53);
    private static final LeaseKey ECHO = key("198.51.100.7", Protocol.ICMP, "192.0.2.1", 0);
    private static final Epoch EPOCH = new Epoch(1, 17);
    private static final Incarnation LIFE = new Incarnation(12);
    private static final Ports PORTS = Ports.of(40_000, 1024, 65_535);
    private static final Membership MEMBERS =
            new Membership(
                    EPOCH,
                    List.of(
                            member("gateway-1", 3, Member.Status.DEAD, Set.of()),
                            member("gateway-2", 5, Member.Status.AWAY, Set.of()),
                            member(
                                    "gateway-1",
                                    12,
                                    Member.Status.LIVE,
                                    Set.of(new NodeId("gateway-2"), new NodeId("a")))));

    private static final Map<Incarnation, Long> RENEWALS =
            Map.of(new Incarnation(5), 1200L, new Incarnation(3), 1100L);
    private static final TenantId TENANT = new TenantId("111122223333");
    private static final Pool POOL = new Pool(V6.pool(), TENANT, 100_000);
    private static final PoolId FORMER = new PoolId(V6.eip(), 8);

    private Samples() {}

    private static LeaseKey key(String eip, Protocol protocol, String remote, int port) {
        return new LeaseKey(
                IpAddress.parse(eip), 9, new Destination(protocol, IpAddress.parse(remote), port));
    }

    private static Member member(
            String node, long incarnation, Member.Status status, Set<NodeId> unreachable) {
        return new Member(
                new NodeId(node),
                new Incarnation(incarnation),
                status,
                "4d3c/boot-1",
                Endpoint.parse("10.0.0.1:7000"),
                Endpoint.parse("[fd00::1]:7001"),
                new Epoch(1, incarnation),
                EPOCH,
                1234,
                new Epoch(1, 16),
                unreachable,
                Map.of(new Incarnation(5), 1200L, new Incarnation(3), 1100L),
                77);
    }

    static Map<String, Sample> all() {
        Map<String, Sample> all = new LinkedHashMap<>();
        commands().forEach((name, command) -> all.put("command-" + name, sample(command)));
        results().forEach((name, result) -> all.put("result-" + name, sample(result)));
        all.put(
                "membership",
                new Sample(
                        AllocatorCodec.encode(MEMBERS),
                        bytes -> AllocatorCodec.encode(AllocatorCodec.decodeMembership(bytes))));
        all.put("orphans-first", after(Optional.empty()));
        all.put("orphans-after", after(Optional.of(new Orphan.Position(V4, LIFE))));
        all.put(
                "orphans-page",
                new Sample(
                        AllocatorCodec.encode(
                                new OrphansPage(
                                        EPOCH,
                                        List.of(
                                                new Orphan(V4, LIFE, Ports.of(1024, 5000)),
                                                new Orphan(V6, LIFE, Ports.of(53))),
                                        true,
                                        3)),
                        bytes -> AllocatorCodec.encode(AllocatorCodec.decodeOrphans(bytes))));
        all.put(
                "wanted",
                new Sample(
                        AllocatorCodec.encodeWanted(List.of(V4, V6)),
                        bytes -> AllocatorCodec.encodeWanted(AllocatorCodec.decodeWanted(bytes))));
        return all;
    }

    private static Sample after(Optional<Orphan.Position> position) {
        return new Sample(
                AllocatorCodec.encodeAfter(position),
                bytes -> AllocatorCodec.encodeAfter(AllocatorCodec.decodeAfter(bytes)));
    }

    static Map<String, AllocatorCommand> commands() {
        Map<String, AllocatorCommand> all = new LinkedHashMap<>();
        all.put(
                "join",
                new AllocatorCommand.Join(
                        new NodeId("gateway-1"),
                        "4d3c/boot-1",
                        Endpoint.parse("10.0.0.1:7000"),
                        Endpoint.parse("[fd00::1]:7001")));
        all.put("leave", new AllocatorCommand.Leave(LIFE));
        all.put(
                "renew",
                new AllocatorCommand.Renew(
                        LIFE, EPOCH, Set.of(new NodeId("b"), new NodeId("a")), RENEWALS, 77));
        all.put("away", new AllocatorCommand.Away(LIFE, 1234));
        all.put("acquire", new AllocatorCommand.Acquire(LIFE, V6, 1024, EPOCH));
        all.put("return", new AllocatorCommand.Return(LIFE, ECHO, 88, PORTS));
        all.put("reconciled", new AllocatorCommand.Reconciled(LIFE, V4, PORTS, EPOCH));
        all.put("dead", new AllocatorCommand.Dead(RENEWALS));
        all.put("fence", new AllocatorCommand.Fence(new NodeId("gateway-1")));
        all.put("forget", new AllocatorCommand.Forget(LIFE));
        all.put("learn", new AllocatorCommand.Learn(4321, MEMBERS, List.of(POOL), List.of(FORMER)));
        return all;
    }

    static Map<String, AllocatorResult> results() {
        Map<String, AllocatorResult> all = new LinkedHashMap<>();
        all.put("joined", new AllocatorResult.Joined(LIFE, MEMBERS));
        all.put("node-taken", new AllocatorResult.NodeTaken(new NodeId("gateway-1"), "4d3c/b"));
        all.put("renewed", new AllocatorResult.Renewed(MEMBERS));
        all.put("unknown-incarnation", new AllocatorResult.UnknownIncarnation(LIFE));
        all.put("granted", new AllocatorResult.Granted(99, PORTS));
        all.put(
                "exhausted",
                new AllocatorResult.Exhausted(
                        V4, Limits.PORTS, List.of(new AllocatorResult.Holder(LIFE, 64_512))));
        all.put("unknown-eip", new AllocatorResult.UnknownEip(V6));
        all.put("stale-epoch", new AllocatorResult.StaleEpoch(EPOCH));
        all.put("over-quota", new AllocatorResult.OverQuota(TENANT, 1000, 999));
        all.put("overtaken", new AllocatorResult.Overtaken(4321));
        all.put("done", new AllocatorResult.Done());
        return all;
    }

    private static Sample sample(AllocatorCommand command) {
        return new Sample(
                AllocatorCodec.encode(command),
                bytes -> AllocatorCodec.encode(AllocatorCodec.decodeCommand(bytes)));
    }

    private static Sample sample(AllocatorResult result) {
        return new Sample(
                AllocatorCodec.encode(result),
                bytes -> AllocatorCodec.encode(AllocatorCodec.decodeResult(bytes)));
    }

    /** Rows with few ports of one holder, with two holders, and with nearly all ports. */
    static MemoryTable table() {
        MemoryTable table = new MemoryTable();
        table.learn(4321, MEMBERS, List.of(POOL, new Pool(V4.pool(), TENANT, 0)), List.of());
        table.lease(V4, LIFE, 99, PORTS);
        table.lease(V6, LIFE, 100, Ports.of(5000));
        table.lease(V6, new Incarnation(5), 101, Ports.of(4000, 6000));
        table.lease(ECHO, LIFE, 102, Ports.of(IntStream.range(1100, 60_000).toArray()));
        return table;
    }
}
