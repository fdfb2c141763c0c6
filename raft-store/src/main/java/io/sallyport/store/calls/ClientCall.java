package io.sallyport.store.calls;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import java.util.List;

/**
 * Commands of one client, as they travel and as they stand in the log. They are applied one after
 * the other within one entry, and answered together. Client and sequence are their identity: a
 * retry repeats both, and the state machine answers a repeated call from memory.
 *
 * @param client drawn at random, for the life of one client's talk with one group about one law
 * @param sequence counts the client's calls, from 1
 * @param floor the lowest sequence of which the client still waits for an answer: what lies below
 *     may be forgotten, and is not applied any more should it arrive late
 * @param commands a {@link Bundle} of 1 to {@link #COMMANDS_MAX} commands in their law's own
 *     encoding; not copied, nobody writes to it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
public record ClientCall(long client, long sequence, long floor, Law law, byte[] commands) {

    /** Longest command, in bytes: a network ACL of the largest size fits. */
    public static final int COMMAND_BYTES_MAX = 704 * 1024;

    /** Most commands in a call: bounds the work that one of them brings. */
    public static final int COMMANDS_MAX = 4096;

    /** Longest bundle of commands, in bytes. */
    public static final int BUNDLE_BYTES_MAX =
            Bundle.OVERHEAD_BYTES + Bundle.ITEM_OVERHEAD_BYTES + COMMAND_BYTES_MAX;

    /** What a call takes on the log beside its commands, in bytes. */
    public static final int OVERHEAD_BYTES = 3 * Long.BYTES + 1 + Integer.BYTES;

    /** A call of one command. */
    public static ClientCall of(long client, long sequence, long floor, Law law, byte[] command) {
        return new ClientCall(client, sequence, floor, law, Bundle.of(List.of(command)));
    }

    /**
     * The commands one by one.
     *
     * @throws io.sallyport.allocator.wire.WireException where the bundle is none
     */
    public List<byte[]> each() {
        return Bundle.items(commands, COMMANDS_MAX);
    }

    /** What it takes on the log, in bytes. */
    public int bytes() {
        return OVERHEAD_BYTES + commands.length;
    }

    public static void write(WireWriter writer, ClientCall call) {
        writer.i64(call.client)
                .i64(call.sequence)
                .i64(call.floor)
                .u8(call.law.number())
                .bytes(call.commands);
    }

    public static ClientCall read(WireReader reader) {
        return new ClientCall(
                reader.i64(),
                reader.i64(),
                reader.i64(),
                Law.of(reader.u8()),
                reader.bytes(BUNDLE_BYTES_MAX));
    }
}
