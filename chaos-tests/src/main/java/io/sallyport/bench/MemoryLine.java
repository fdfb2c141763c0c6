package io.sallyport.bench;

import io.sallyport.gateway.kernel.BpfMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Line 5: what a connection costs in memory. The node's table is as large as its capacity from the
 * start, so that its share is that of one of its places; the kernel's tracking grows.
 */
final class MemoryLine implements DataplaneLine {

    private static final double MEBI = 1 << 20;
    private static final List<String> TABLE = List.of("connections", "buckets", "paths");

    private final Flows flows;
    private final int capacity;

    /**
     * @param connections how many live
     * @param capacity the nodes' most
     */
    MemoryLine(int connections, int capacity) {
        flows = Flows.established(FrameKind.UDP_V4, connections);
        this.capacity = capacity;
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
                        case Masquerade nft -> masquerade(rounds, rig);
                        case SallyportForwarding sallyport -> node(rounds, rig, sallyport);
                    }
                });
    }

    /** By as many as most boxes allow, and enough to be seen beside what others make and free. */
    private static void masquerade(Rounds rounds, Rig rig) {
        Flows flows = Flows.established(FrameKind.UDP_V4, 100_000);
        if (flows.count() * 5 / 4 >= Masquerade.capacity()) {
            return;
        }
        rig.forwarding().forget();
        long before = slab();
        rig.establish(flows);
        double each = (double) (slab() - before) / flows.count();
        rounds.less("5 memory of a connection", "bytes", rig, each);
    }

    private void node(Rounds rounds, Rig rig, SallyportForwarding forwarding) {
        rig.establish(flows);
        SoloNode node = forwarding.node().orElseThrow();
        if (forwarding.isInPlace()) {
            double table = TABLE.stream().mapToLong(name -> bytes(node.pin(name))).sum();
            rounds.less("5 memory of a connection", "bytes", rig, table / capacity);
        }
        rounds.less(
                "5 memory of the process, %,d connections of %,d"
                        .formatted(flows.count(), capacity),
                "MiB",
                rig,
                number("/proc/" + node.gateway() + "/status", "VmRSS:") * 1024.0 / MEBI);
    }

    private static long bytes(Path pin) {
        try (BpfMap map =
                BpfMap.pinned(pin).orElseThrow(() -> new BenchFailure("no map at " + pin))) {
            return (long) map.spec().entries() * map.spec().valueBytes();
        }
    }

    /** All of the kernel's small objects. */
    private static long slab() {
        return number("/proc/meminfo", "Slab:") * 1024;
    }

    private static long number(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow(() -> new BenchFailure(file + " has no " + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
