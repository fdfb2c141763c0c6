package io.sallyport.store.machine;

import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.store.calls.ClientCall;
import java.util.List;

/**
 * One log entry: a batch of calls, and what the leader stamped on it.
 *
 * <pre>
 * | version 1 | entropy 32 | time 8 | count 4 | call ...
 * </pre>
 *
 * @param entropy drawn by the leader: every replica makes the same choices from it
 * @param epochMillis the leader's wall clock; for people who read the log, no rule depends on it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
public record Entry(byte[] entropy, long epochMillis, List<ClientCall> calls) {

    private static final int VERSION = 2;

    /** Most calls in an entry: bounds the work that one commit brings. */
    public static final int CALLS_MAX = 4096;

    /** What an entry takes beside its calls, in bytes. */
    public static final int OVERHEAD_BYTES = 1 + Stamp.ENTROPY_BYTES + Long.BYTES + Integer.BYTES;

    public Entry {
        Invariant.check(entropy.length == Stamp.ENTROPY_BYTES, "an entry has its entropy");
        calls = List.copyOf(calls);
    }

    public byte[] encode() {
        int bytes = OVERHEAD_BYTES;
        for (ClientCall call : calls) {
            bytes += call.bytes();
        }
        return new WireWriter(bytes)
                .u8(VERSION)
                .raw(entropy)
                .i64(epochMillis)
                .list(calls, ClientCall::write)
                .toBytes();
    }

    /**
     * @throws io.sallyport.allocator.wire.WireException where the bytes are not an entry
     */
    public static Entry decode(byte[] bytes) {
        return WireReader.whole(
                bytes,
                in ->
                        new Entry(
                                in.expect(VERSION, "entry version").raw(Stamp.ENTROPY_BYTES),
                                in.i64(),
                                in.list(CALLS_MAX, ClientCall::read)));
    }
}
