package io.sallyport.allocator.wire;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Decision;
import io.sallyport.allocator.LeaseChange;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.LeaseLaw;
import io.sallyport.allocator.MemberLaw;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What a command costs from its bytes to the bytes of its answer: an Acquire of one port and the
 * Return of it, in turn, over a thousand destinations. For a look, not for a verdict.
 */
public final class LawMeasurements {

    private static final int DESTINATIONS = 1_000;
    private static final int COMMANDS_IN_ENTRY = 64;

    private final MemoryTable table = new MemoryTable();
    private final LeaseLaw law = new LeaseLaw(table);
    private final Incarnation me;
    private final Membership members;
    private final byte[] entropy = new byte[Stamp.ENTROPY_BYTES];
    private long index = 10;
    private int ordinal;

    private LawMeasurements() {
        MemberLaw memberLaw = new MemberLaw();
        Endpoint somewhere = Endpoint.parse("192.0.2.1:7000");
        memberLaw.apply(
                memberLaw.decide(
                        new AllocatorCommand.Join(new NodeId("a"), "m", somewhere, somewhere), 1));
        members = memberLaw.membership();
        me = members.members().getFirst().incarnation();
        Pool pool = new Pool(key(0).pool(), new TenantId("111122223333"), 0);
        decide(new AllocatorCommand.Learn(1, members, List.of(pool), List.of()));
    }

    private static LeaseKey key(int number) {
        return new LeaseKey(
                IpAddress.parse("198.51.100.7"),
                1,
                new Destination(Protocol.TCP, IpAddress.parse("192.0.2.1"), number));
    }

    private AllocatorResult decide(AllocatorCommand.OfLeases command) {
        if (++ordinal == COMMANDS_IN_ENTRY) {
            ordinal = 0;
            index++;
        }
        Decision<LeaseChange> decision = law.decide(command, new Stamp(index, ordinal, entropy));
        law.apply(decision);
        return decision.result();
    }

    private byte[] obey(byte[] command) {
        return AllocatorCodec.encode(
                decide((AllocatorCommand.OfLeases) AllocatorCodec.decodeCommand(command)));
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    /** Of one command, both kinds in equal parts. */
    record Cost(double nanos, double bytes) {}

    private Cost round(int want) {
        byte[][] acquires = new byte[DESTINATIONS][];
        byte[][] returns = new byte[DESTINATIONS][];
        for (int i = 0; i < DESTINATIONS; i++) {
            acquires[i] =
                    AllocatorCodec.encode(
                            new AllocatorCommand.Acquire(me, key(i), want, members.epoch()));
        }
        long before = allocated();
        long start = System.nanoTime();
        byte[][] granted = new byte[DESTINATIONS][];
        for (int i = 0; i < DESTINATIONS; i++) {
            granted[i] = obey(acquires[i]);
        }
        long nanos = System.nanoTime() - start;
        long bytes = allocated() - before;
        for (int i = 0; i < DESTINATIONS; i++) {
            Ports ports =
                    ((AllocatorResult.Granted) AllocatorCodec.decodeResult(granted[i])).ports();
            returns[i] =
                    AllocatorCodec.encode(new AllocatorCommand.Return(me, key(i), index, ports));
        }
        before = allocated();
        start = System.nanoTime();
        for (byte[] command : returns) {
            obey(command);
        }
        nanos += System.nanoTime() - start;
        bytes += allocated() - before;
        return new Cost(nanos / (2.0 * DESTINATIONS), bytes / (2.0 * DESTINATIONS));
    }

    /** The best of many rounds, once the compiler has seen enough. */
    static Cost cost(int want, int rounds) {
        LawMeasurements measured = new LawMeasurements();
        Cost best = measured.round(want);
        for (int i = 1; i < rounds; i++) {
            Cost next = measured.round(want);
            best = new Cost(Math.min(best.nanos, next.nanos), Math.min(best.bytes, next.bytes));
        }
        return best;
    }

    public static void main(String[] args) {
        for (int want : new int[] {1, 16}) {
            Cost cost = cost(want, 2_000);
            System.out.printf(
                    "%2d ports: %.0f ns and %.0f bytes a command, from bytes to bytes%n",
                    want, cost.nanos, cost.bytes);
        }
    }
}
