package io.sallyport.bench;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.machine.Entry;
import io.sallyport.store.machine.LeaseMachine;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The state machine of a lease group without a log, a disk or a network: from the bytes of an entry
 * to the bytes of its answers. What every store of the group spends on each allocation at least.
 */
final class BareMachine {

    private static final int COMMANDS = 1024;
    private static final long CLIENT = 1;

    private final SecureRandom random = new SecureRandom();
    private final LeaseMachine machine = new LeaseMachine(1, 1, random.nextLong());
    private final StoreContender contender;
    private final long destinations;
    private long index;
    private long next;

    /**
     * @param contender whose allocations they are
     * @param destinations how many are used in turn
     */
    BareMachine(StoreContender contender, long destinations) {
        this.contender = contender;
        this.destinations = destinations;
        apply(entry(List.of(contender.learned())));
    }

    /** Applies entries for a while; returns how many allocations a second it made. */
    double applied(Duration time) {
        long spent = 0;
        long before = machine.leases().grants();
        while (spent < time.toNanos()) {
            byte[] entry =
                    entry(
                            IntStream.range(0, COMMANDS)
                                    .mapToObj(i -> contender.command(next++ % destinations, 1))
                                    .toList());
            long began = System.nanoTime();
            apply(entry);
            spent += System.nanoTime() - began;
        }
        return (machine.leases().grants() - before) * 1e9 / spent;
    }

    private byte[] entry(List<AllocatorCommand> commands) {
        byte[] entropy = new byte[Stamp.ENTROPY_BYTES];
        random.nextBytes(entropy);
        index++;
        byte[] bundle = Bundle.of(commands.stream().map(AllocatorCodec::encode).toList());
        ClientCall call = new ClientCall(CLIENT, index, index, Law.ALLOCATOR, bundle);
        return new Entry(entropy, 0, List.of(call)).encode();
    }

    private void apply(byte[] entry) {
        var unused = machine.apply(index, Entry.decode(entry));
    }
}
