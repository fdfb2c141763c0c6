package io.sallyport.allocator.table;

import com.sun.management.ThreadMXBean;
import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Decision;
import io.sallyport.allocator.LeaseChange;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.LeaseLaw;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.TableRows;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Ipv6;
import io.sallyport.net.Protocol;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Measures the law and its table alone, in one thread: memory for each destination, time and
 * garbage of grants and returns at any fill, and a large table's checkpoint and load. Not a test.
 */
final class TableMeasurements {

    private static final IpAddress EIP = IpAddress.parse("198.51.100.7");
    private static final Incarnation NODE = new Incarnation(1);
    private static final Epoch EPOCH = new Epoch(1, 1);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final RandomGenerator random = new Random(1);
    private final byte[] entropy = new byte[Stamp.ENTROPY_BYTES];
    private long index;
    private int ordinal;

    private TableMeasurements() {}

    public static void main(String[] args) {
        TableMeasurements measurements = new TableMeasurements();
        measurements.memory();
        for (int round = 0; round < 3; round++) {
            measurements.times(1);
            measurements.times(16);
        }
        measurements.asBytes();
        measurements.manyDestinations();
        measurements.largeTable();
        measurements.changesBesideACheckpoint();
        measurements.orphans();
    }

    private static LeaseKey key(int number) {
        return new LeaseKey(EIP, 1, new Destination(Protocol.TCP, new Ipv4(number), 443));
    }

    private static LeaseKey wideKey(int number) {
        IpAddress remote = new Ipv6(0x20010db8L << 32 | number, number);
        return new LeaseKey(EIP, 1, new Destination(Protocol.TCP, remote, 443));
    }

    private static MemoryTable table() {
        MemoryTable table = new MemoryTable(0x5eed);
        Pool pool = new Pool(key(0).pool(), new TenantId("000000000001"), 0);
        table.learn(1, members(Member.Status.LIVE), List.of(pool), List.of());
        return table;
    }

    private static Membership members(Member.Status status) {
        Member member =
                new Member(
                        new NodeId("node"),
                        NODE,
                        status,
                        "machine",
                        Endpoint.parse("10.0.0.1:7000"),
                        Endpoint.parse("10.0.0.1:7001"),
                        EPOCH,
                        EPOCH,
                        1,
                        EPOCH,
                        Set.of(),
                        Map.of(),
                        0);
        return new Membership(EPOCH, List.of(member));
    }

    private Stamp stamp() {
        // Entries of 500 commands, about what group commit makes of a busy store.
        ordinal = (ordinal + 1) % 500;
        if (ordinal == 0) {
            index++;
            new Random(index).nextBytes(entropy);
        }
        return new Stamp(1 + index, ordinal, entropy);
    }

    private Ports grant(LeaseLaw law, LeaseKey key, int want) {
        Decision<LeaseChange> decision =
                law.decide(new AllocatorCommand.Acquire(NODE, key, want, EPOCH), stamp());
        law.apply(decision);
        return ((AllocatorResult.Granted) decision.result()).ports();
    }

    private static void giveBack(LeaseLaw law, LeaseKey key, Ports ports, Stamp stamp) {
        law.apply(law.decide(new AllocatorCommand.Return(NODE, key, Long.MAX_VALUE, ports), stamp));
    }

    private void memory() {
        System.out.println("bytes for each destination (IPv4, IPv6)");
        int[][] cases = {
            {1_000_000, 1}, {1_000_000, 4}, {100_000, 100}, {1_000, 10_000}, {200, 64_512}
        };
        for (int[] each : cases) {
            System.out.printf(
                    "  %,9d of %,6d ports: %,6d %,6d%n",
                    each[0],
                    each[1],
                    bytes(each[0], each[1], false),
                    bytes(each[0], each[1], true));
        }
    }

    private static long bytes(int destinations, int ports, boolean wide) {
        MemoryTable table = table();
        int[] numbers = new int[ports];
        for (int i = 0; i < ports; i++) {
            numbers[i] = Limits.PORT_MIN + i * (Limits.PORTS / ports);
        }
        Ports granted = Ports.of(numbers);
        for (int i = 0; i < destinations; i++) {
            table.lease(wide ? wideKey(i) : key(i), NODE, 1, granted);
        }
        return table.bytes() / destinations;
    }

    /** Each step grants some ports of one destination and returns others, at a constant fill. */
    private void times(int want) {
        System.out.printf(
                "ns and bytes allocated for a grant of %d and a return of as many%n", want);
        for (int percent : new int[] {0, 1, 50, 90, 99}) {
            MemoryTable table = table();
            LeaseLaw law = new LeaseLaw(table);
            LeaseKey key = key(1);
            List<Ports> out = new ArrayList<>();
            while (table.holdings(key).leased() < Limits.PORTS * percent / 100) {
                out.add(grant(law, key, want));
            }
            out.add(grant(law, key, want));
            int steps = 400_000 / want;
            step(law, key, want, out, steps);
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long nanos = System.nanoTime();
            step(law, key, want, out, steps);
            nanos = System.nanoTime() - nanos;
            bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
            System.out.printf(
                    "  %2d %% full: %,5d ns, %,5d bytes%n", percent, nanos / steps, bytes / steps);
        }
    }

    private void step(LeaseLaw law, LeaseKey key, int want, List<Ports> out, int steps) {
        for (int i = 0; i < steps; i++) {
            Ports granted = grant(law, key, want);
            Ports back = out.set(random.nextInt(out.size()), granted);
            giveBack(law, key, back, stamp());
        }
    }

    /** The same from the bytes of a command to the bytes of its answer, as a store does it. */
    private void asBytes() {
        MemoryTable table = table();
        LeaseLaw law = new LeaseLaw(table);
        WireWriter out = new WireWriter(1 << 16);
        for (int round = 0; round < 4; round++) {
            int steps = 300_000;
            byte[][] acquires = new byte[steps][];
            byte[][] returns = new byte[steps][];
            for (int i = 0; i < steps; i++) {
                LeaseKey key = key(random.nextInt(10_000));
                Ports ports = grant(law, key, 1);
                acquires[i] =
                        AllocatorCodec.encode(new AllocatorCommand.Acquire(NODE, key, 1, EPOCH));
                returns[i] =
                        AllocatorCodec.encode(
                                new AllocatorCommand.Return(NODE, key, Long.MAX_VALUE, ports));
            }
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long nanos = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                if (i % 500 == 0) {
                    out = new WireWriter(1 << 16);
                }
                obey(law, acquires[i], out);
                obey(law, returns[i], out);
            }
            nanos = System.nanoTime() - nanos;
            bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
            System.out.printf(
                    "a grant and a return from bytes to bytes: %,d ns, %,d bytes%n",
                    nanos / steps, bytes / steps);
        }
    }

    private void obey(LeaseLaw law, byte[] command, WireWriter out) {
        AllocatorCommand decoded = AllocatorCodec.readCommand(new WireReader(command));
        Decision<LeaseChange> decision = law.decide((AllocatorCommand.OfLeases) decoded, stamp());
        law.apply(decision);
        AllocatorCodec.write(out, decision.result());
    }

    private void manyDestinations() {
        MemoryTable table = table();
        LeaseLaw law = new LeaseLaw(table);
        int destinations = 1_000_000;
        long nanos = System.nanoTime();
        for (int i = 0; i < destinations; i++) {
            grant(law, key(i), 1);
        }
        print("first grant of each of 1 M destinations", System.nanoTime() - nanos, destinations);
        nanos = System.nanoTime();
        for (int i = 0; i < 2_000_000; i++) {
            grant(law, key(random.nextInt(destinations)), 1);
        }
        print("a grant at one of them by chance", System.nanoTime() - nanos, 2_000_000);
        for (int i = 0; i < 3; i++) {
            nanos = System.nanoTime();
            table.hottest(10);
            print("the ten hottest of them", System.nanoTime() - nanos, 1);
        }
    }

    /** Grants go on while a checkpoint of everything is drained a few rows at a time. */
    private void changesBesideACheckpoint() {
        MemoryTable table = table();
        LeaseLaw law = new LeaseLaw(table);
        int destinations = 200_000;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < destinations; i++) {
                grant(law, key(i), 1);
            }
            long cut = System.nanoTime();
            table.cut();
            cut = System.nanoTime() - cut;
            long nanos = System.nanoTime();
            for (int i = 0; i < destinations; i++) {
                grant(law, key(random.nextInt(destinations)), 1);
            }
            print("cut", cut, 1);
            print(
                    "a grant that mostly leaves a copy behind",
                    System.nanoTime() - nanos,
                    destinations);
            int[] rows = new int[1];
            TableRows.Sink sink =
                    new TableRows.Sink() {
                        @Override
                        public void put(byte[] key, byte[] value) {
                            rows[0]++;
                        }

                        @Override
                        public void delete(byte[] key) {
                            rows[0]++;
                        }
                    };
            nanos = System.nanoTime();
            while (TableRows.drain(table, sink, 1000)) {}
            print("a row drained", System.nanoTime() - nanos, rows[0]);
        }
    }

    private void orphans() {
        MemoryTable table = table();
        for (int i = 0; i < 1_000_000; i++) {
            table.lease(key(i), NODE, 1, Ports.of(2000));
        }
        table.learn(2, members(Member.Status.DEAD), List.of(), List.of());
        for (int round = 0; round < 3; round++) {
            long nanos = System.nanoTime();
            int pages = 0;
            Optional<Orphan.Position> after = Optional.empty();
            while (pages < 1000) {
                OrphansPage page = table.orphans(after);
                after = Optional.of(page.orphans().getLast().position());
                pages++;
            }
            print("a page of orphans", System.nanoTime() - nanos, pages);
        }
    }

    private static void print(String what, long nanos, int times) {
        System.out.printf("%s: %,d ns%n", what, nanos / times);
    }

    private record Row(byte[] key, byte[] value) {}

    private void largeTable() {
        long before = heap();
        MemoryTable table = table();
        for (int i = 0; i < 1_000_000; i++) {
            int[] ports = new int[10];
            for (int each = 0; each < 10; each++) {
                ports[each] = 1024 + 6000 * each + random.nextInt(6000);
            }
            table.lease(key(i), NODE, 1, Ports.of(ports));
        }
        System.out.printf(
                "1 M destinations, 10 M ports: %,d MB of heap, %,d bytes counted%n",
                (heap() - before) >> 20, table.bytes());
        List<Row> rows = new ArrayList<>();
        TableRows.Sink sink =
                new TableRows.Sink() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        rows.add(new Row(key, value));
                    }

                    @Override
                    public void delete(byte[] key) {
                        throw new AssertionError("nothing was ever there");
                    }
                };
        long nanos = System.nanoTime();
        table.cut();
        System.out.printf("cut: %,d us%n", (System.nanoTime() - nanos) / 1000);
        nanos = System.nanoTime();
        while (TableRows.drain(table, sink, 1000)) {}
        System.out.printf("drain: %,d ms%n", (System.nanoTime() - nanos) / 1_000_000);
        for (int round = 0; round < 3; round++) {
            nanos = System.nanoTime();
            MemoryTable loaded = new MemoryTable(7);
            rows.forEach(row -> TableRows.load(loaded, row.key, row.value));
            System.out.printf(
                    "load: %,d ms for %,d destinations%n",
                    (System.nanoTime() - nanos) / 1_000_000, loaded.destinations());
        }
    }

    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
