package io.sallyport.store.raft;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.machine.Entry;
import io.sallyport.store.machine.LeaseMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A sequence of entries for one lease group, each a function of its number, so that two processes
 * have the same without telling each other. Numbers begin with 1; each entry learns its own number,
 * so that the state says which was its last.
 */
final class Script {

    private static final IpAddress EIP = IpAddress.parse("203.0.113.7");
    private static final Epoch EPOCH = new Epoch(1, 1);
    private static final Incarnation NODE = new Incarnation(1);
    private static final long CLIENT = 42;
    private static final int ACQUIRES = 40;
    private static final int DESTINATIONS = 1_000;

    private Script() {}

    static LeaseMachine empty() {
        return new LeaseMachine(1, 1, 1);
    }

    /** The number of the last entry that a state has seen; 0 before the first. */
    static long seen(LeaseMachine machine) {
        return machine.view().asOf();
    }

    static Entry entry(long number) {
        Random random = new Random(number);
        byte[] entropy = new byte[Stamp.ENTROPY_BYTES];
        random.nextBytes(entropy);
        List<AllocatorCommand> commands = new ArrayList<>();
        commands.add(learn(number));
        for (int i = 0; i < ACQUIRES; i++) {
            LeaseKey key = key(random.nextInt(DESTINATIONS));
            int want = 1 + random.nextInt(8);
            commands.add(new AllocatorCommand.Acquire(NODE, key, want, EPOCH));
        }
        int low = 1024 + random.nextInt(60_000);
        Ports some = Ports.of(IntStream.range(low, low + 4_000).toArray());
        LeaseKey key = key(random.nextInt(DESTINATIONS));
        commands.add(new AllocatorCommand.Return(NODE, key, Long.MAX_VALUE, some));
        byte[] bundle = Bundle.of(commands.stream().map(AllocatorCodec::encode).toList());
        return new Entry(
                entropy, 0, List.of(new ClientCall(CLIENT, number, number, Law.ALLOCATOR, bundle)));
    }

    /** An entry that takes so many ports of each of some destinations that nobody has. */
    static Entry leases(long number, int from, int count, int ports) {
        Random random = new Random(number);
        byte[] entropy = new byte[Stamp.ENTROPY_BYTES];
        random.nextBytes(entropy);
        List<AllocatorCommand> commands = new ArrayList<>();
        commands.add(learn(number));
        for (int i = from; i < from + count; i++) {
            commands.add(new AllocatorCommand.Acquire(NODE, key(i), ports, EPOCH));
        }
        byte[] bundle = Bundle.of(commands.stream().map(AllocatorCodec::encode).toList());
        return new Entry(
                entropy, 0, List.of(new ClientCall(CLIENT, number, number, Law.ALLOCATOR, bundle)));
    }

    /** What two processes compare of their answers. */
    static int hash(List<Answer.Applied> answers) {
        int hash = 0;
        for (Answer.Applied answer : answers) {
            hash =
                    31 * hash
                            + switch (answer) {
                                case Answer.Result(byte[] results) -> Arrays.hashCode(results);
                                case Answer.Forgotten() -> 1;
                            };
        }
        return hash;
    }

    private static AllocatorCommand learn(long number) {
        Endpoint endpoint = Endpoint.parse("192.0.2.1:7000");
        Member member =
                new Member(
                        new NodeId("gw-1"),
                        NODE,
                        Member.Status.LIVE,
                        "machine/boot",
                        endpoint,
                        endpoint,
                        EPOCH,
                        EPOCH,
                        number,
                        EPOCH,
                        Set.of(),
                        Map.of(),
                        number);
        Pool pool = new Pool(new PoolId(EIP, 0), new TenantId("111122223333"), 0);
        return new AllocatorCommand.Learn(
                number,
                new Membership(EPOCH, List.of(member)),
                number == 1 ? List.of(pool) : List.of(),
                List.of());
    }

    private static LeaseKey key(int destination) {
        boolean six = destination % 3 == 0;
        IpAddress remote =
                six
                        ? IpAddress.of(0x2001_0db8_0000_0000L, destination)
                        : IpAddress.of(0, 0xffff_c633_0000L + destination);
        return new LeaseKey(EIP, 0, new Destination(Protocol.TCP, remote, 443));
    }
}
