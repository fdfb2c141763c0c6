package io.sallyport.bench;

import io.sallyport.gateway.kernel.BpfMap;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Line 5: what connections cost in memory, one and many. The node's table is as large as its
 * capacity from the start, so that its share is that of one of its places; the kernel's tracking
 * grows.
 */
final class MemoryLine implements DataplaneLine {

    private static final double MEBI = 1 << 20;

    /** What the programs read of a connection. */
    private static final List<String> TABLE = List.of("connections", "buckets", "paths");

    /** What a later process must know of it besides. */
    private static final List<String> NAMES = List.of("identities", "origins", "told");

    static final String ONE = "5 memory of a connection";
    static final String ONE_IN_ALL = ONE + ", flow log, keepers and port too";

    /** Tracked connections are given back some time after they are forgotten. */
    private static final int SETTLED_TURNS = 5;

    private static final int SETTLED_TURNS_MAX = 100;
    private static final long SETTLED_TURN_NANOS = 100_000_000;

    private final Flows flows;
    private final int capacity;
    private final boolean tellsOne;

    /** By candidate, what lived in its heap before there were connections. */
    private final Map<String, Long> heapBefore = new HashMap<>();

    /**
     * @param connections how many live
     * @param capacity the nodes' most
     */
    MemoryLine(int connections, int capacity) {
        this(connections, capacity, true);
    }

    private MemoryLine(int connections, int capacity, boolean tellsOne) {
        flows = Flows.established(FrameKind.UDP_V4, connections);
        this.capacity = capacity;
        this.tellsOne = tellsOne;
    }

    /** The same without what one costs, which is told already. */
    static MemoryLine ofMany(int connections, int capacity) {
        return new MemoryLine(connections, capacity, false);
    }

    /**
     * While the nodes have no connections yet, so that it can be told what one adds to the heap.
     */
    void begin(Rounds rounds) {
        rounds.eachOnce(
                0,
                rig ->
                        rig.forwarding()
                                .node()
                                .ifPresent(node ->
                                        heapBefore.put(
                                                rig.forwarding().name(),
                                                ProcessMemory.of(node.gateway()).heapLive())));
    }

    @Override
    public int number() {
        return 5;
    }

    @Override
    public String title() {
        return "memory";
    }

    @Override
    public void measure(Rounds rounds) {
        rounds.eachOnce(
                0,
                rig -> {
                    switch (rig.forwarding()) {
                        case PlainForwarding plain -> {}
                        case Fleet fleet -> {}
                        case Masquerade nft -> masquerade(rounds, rig);
                        case SallyportForwarding sallyport -> node(rounds, rig, sallyport);
                    }
                });
    }

    /** By as many as most boxes allow, and enough to be seen beside what others make and free. */
    private void masquerade(Rounds rounds, Rig rig) {
        Flows some = Flows.established(FrameKind.UDP_V4, 100_000);
        if (some.count() * 5 / 4 >= Masquerade.capacity()) {
            return;
        }
        rig.forwarding().forget();
        long before = settledSlab();
        rig.establish(some);
        double each = (double) (slab() - before) / some.count();
        if (tellsOne) {
            rounds.less(ONE, "bytes", rig, each);
        }
        rounds.less(many("in all"), "MiB", rig, each * flows.count() / MEBI);
    }

    private void node(Rounds rounds, Rig rig, SallyportForwarding forwarding) {
        rig.establish(flows);
        SoloNode node = forwarding.node().orElseThrow();
        if (tellsOne && forwarding.isInPlace()) {
            rounds.less(ONE, "bytes", rig, place(node, TABLE));
        }
        ProcessMemory memory = ProcessMemory.of(node.gateway());
        Long before = heapBefore.get(forwarding.name());
        if (before != null && forwarding.isInPlace()) {
            double heap = (double) (memory.heapLive() - before) / flows.count();
            rounds.less(ONE_IN_ALL, "bytes", rig, place(node, TABLE) + place(node, NAMES) + heap);
        }
        double all = memory.heapLive() + memory.outside() + memory.kernelMaps();
        rounds.less(many("in all"), "MiB", rig, all / MEBI);
        rounds.less(many("live in the heap"), "MiB", rig, memory.heapLive() / MEBI);
        rounds.less(many("outside the heap"), "MiB", rig, memory.outside() / MEBI);
        rounds.less(many("in the kernel's maps"), "MiB", rig, memory.kernelMaps() / MEBI);
        rounds.less(many("resident, garbage too"), "MiB", rig, memory.resident() / MEBI);
    }

    /** Bytes of one connection's place in those maps together. */
    private double place(SoloNode node, List<String> maps) {
        return (double) maps.stream().mapToLong(name -> bytes(node.pin(name))).sum() / capacity;
    }

    private String many(String what) {
        return "5 memory, %,d connections of %,d, %s".formatted(flows.count(), capacity, what);
    }

    private static long bytes(Path pin) {
        try (BpfMap map =
                BpfMap.pinned(pin).orElseThrow(() -> new BenchFailure("no map at " + pin))) {
            return (long) map.spec().entries() * map.spec().valueBytes();
        }
    }

    /** All of the kernel's small objects, once no more of them are given back. */
    private static long settledSlab() {
        long least = slab();
        int turns = 0;
        for (int all = 0; turns < SETTLED_TURNS && all < SETTLED_TURNS_MAX; all++) {
            LockSupport.parkNanos(SETTLED_TURN_NANOS);
            long now = slab();
            turns = now < least ? 0 : turns + 1;
            least = Math.min(least, now);
        }
        return least;
    }

    private static long slab() {
        return ProcessMemory.number(Path.of("/proc/meminfo"), "Slab:") * 1024;
    }
}
