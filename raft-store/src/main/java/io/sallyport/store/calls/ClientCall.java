package io.sallyport.store.calls;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;

/**
 * One command of one client, as it travels and as it stands in the log. Client and sequence are its
 * identity: a retry repeats both, and the state machine answers a repeated one from memory.
 *
 * @param client drawn at random by the client for its life
 * @param sequence counts the client's calls, from 1
 * @param floor the lowest sequence of which the client still waits for an answer: what lies below
 *     may be forgotten, and is not applied any more should it arrive late
 * @param command the command's bytes in its law's own encoding; not copied, nobody writes to them
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
public record ClientCall(long client, long sequence, long floor, Law law, byte[] command) {

    /** Longest command, in bytes: a network ACL of the largest size fits several times. */
    public static final int COMMAND_BYTES_MAX = 256 * 1024;

    /** What a call takes on the log beside its command, in bytes. */
    public static final int OVERHEAD_BYTES = 3 * Long.BYTES + 1 + Integer.BYTES;

    public static void write(WireWriter writer, ClientCall call) {
        writer.i64(call.client)
                .i64(call.sequence)
                .i64(call.floor)
                .u8(call.law.number())
                .bytes(call.command);
    }

    public static ClientCall read(WireReader reader) {
        return new ClientCall(
                reader.i64(),
                reader.i64(),
                reader.i64(),
                Law.of(reader.u8()),
                reader.bytes(COMMAND_BYTES_MAX));
    }
}
