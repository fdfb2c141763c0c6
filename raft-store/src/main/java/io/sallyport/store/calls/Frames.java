package io.sallyport.store.calls;

import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;

/**
 * Calls and answers as bytes. A frame on the connection:
 *
 * <pre>
 * | length 4 | kind 1 | group 2 | request 8 | payload ...
 *   length     of all that follows, in bytes; checked before memory is taken
 *   group      the lease group; there is one, 0
 *   request    chosen by the client, repeated in the answer
 * </pre>
 *
 * From any thread. Every read throws {@link WireException} where the bytes are not such a frame.
 */
public final class Frames {

    /** Changes with the meaning of any frame; the two ends of a connection must agree. */
    private static final int VERSION = 1;

    private static final int GROUP = 0;

    /** Longest call, in bytes, without its length field. */
    public static final int CALL_BYTES_MAX = ClientCall.COMMAND_BYTES_MAX + 1024;

    /** Longest answer, in bytes: a whole catalog. */
    public static final int ANSWER_BYTES_MAX = 64 * 1024 * 1024;

    /** Longest wait for a newer catalog. */
    public static final int WAIT_MILLIS_MAX = 60_000;

    private static final int TEXT_BYTES_MAX = 1024;

    private Frames() {}

    /** A call or an answer with the number that ties the two together. */
    public record Framed<T>(long request, T body) {}

    public static byte[] encode(long request, Call call) {
        return switch (call) {
            case Call.Hello(String cluster) -> head(1, request).u8(VERSION).text(cluster).toBytes();
            case Call.Submit(ClientCall body) -> {
                WireWriter writer = head(2, request);
                ClientCall.write(writer, body);
                yield writer.toBytes();
            }
            case Call.CatalogAfter(long known, int waitMillis) ->
                    head(3, request).i64(known).i32(waitMillis).toBytes();
            case Call.Members() -> head(4, request).toBytes();
            case Call.Orphans(var after) ->
                    head(5, request).raw(AllocatorCodec.encodeAfter(after)).toBytes();
        };
    }

    public static Framed<Call> decodeCall(byte[] frame) {
        return WireReader.whole(
                frame,
                in -> {
                    int kind = in.u8();
                    long request = request(in);
                    return new Framed<>(request, call(kind, in));
                });
    }

    private static Call call(int kind, WireReader in) {
        return switch (kind) {
            case 1 -> new Call.Hello(in.expect(VERSION, "protocol version").text(TEXT_BYTES_MAX));
            case 2 -> new Call.Submit(ClientCall.read(in));
            case 3 -> new Call.CatalogAfter(in.i64(), waitMillis(in.i32()));
            case 4 -> new Call.Members();
            case 5 -> new Call.Orphans(AllocatorCodec.decodeAfter(rest(in)));
            default -> throw new WireException("no call has the kind " + kind);
        };
    }

    private static int waitMillis(int value) {
        if (value < 0 || value > WAIT_MILLIS_MAX) {
            throw new WireException("a wait of " + value + " ms is not 0 to " + WAIT_MILLIS_MAX);
        }
        return value;
    }

    public static byte[] encode(long request, Answer answer) {
        return switch (answer) {
            case Answer.Welcome(String store) ->
                    head(64, request).u8(VERSION).text(store).toBytes();
            case Answer.Result(byte[] result) -> head(65, request).raw(result).toBytes();
            case Answer.Forgotten() -> head(66, request).toBytes();
            case Answer.NotLeader(var hint) ->
                    head(67, request).optional(hint, WireWriter::text).toBytes();
            case Answer.Again(String reason) -> head(68, request).text(reason).toBytes();
            case Answer.Busy(String reason) -> head(69, request).text(reason).toBytes();
            case Answer.Bad(String reason) -> head(70, request).text(reason).toBytes();
            case Answer.CatalogNow(byte[] catalog) -> head(71, request).raw(catalog).toBytes();
            case Answer.MembersNow(var membership) ->
                    head(72, request).raw(AllocatorCodec.encode(membership)).toBytes();
            case Answer.OrphansNow(var page) ->
                    head(73, request).raw(AllocatorCodec.encode(page)).toBytes();
        };
    }

    public static Framed<Answer> decodeAnswer(byte[] frame) {
        return WireReader.whole(
                frame,
                in -> {
                    int kind = in.u8();
                    long request = request(in);
                    return new Framed<>(request, answer(kind, in));
                });
    }

    private static Answer answer(int kind, WireReader in) {
        return switch (kind) {
            case 64 ->
                    new Answer.Welcome(in.expect(VERSION, "protocol version").text(TEXT_BYTES_MAX));
            case 65 -> new Answer.Result(rest(in));
            case 66 -> new Answer.Forgotten();
            case 67 -> new Answer.NotLeader(in.optional(Frames::reason));
            case 68 -> new Answer.Again(reason(in));
            case 69 -> new Answer.Busy(reason(in));
            case 70 -> new Answer.Bad(reason(in));
            case 71 -> new Answer.CatalogNow(rest(in));
            case 72 -> new Answer.MembersNow(AllocatorCodec.decodeMembership(rest(in)));
            case 73 -> new Answer.OrphansNow(AllocatorCodec.decodeOrphans(rest(in)));
            default -> throw new WireException("no answer has the kind " + kind);
        };
    }

    private static String reason(WireReader in) {
        return in.text(64 * TEXT_BYTES_MAX);
    }

    private static byte[] rest(WireReader in) {
        return in.raw(in.remaining());
    }

    private static WireWriter head(int kind, long request) {
        return new WireWriter().u8(kind).u16(GROUP).i64(request);
    }

    private static long request(WireReader in) {
        int group = in.u16();
        if (group != GROUP) {
            throw new WireException("group " + group + " is unknown; there is only " + GROUP);
        }
        return in.i64();
    }
}
