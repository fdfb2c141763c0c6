package io.sallyport.store.calls;

import io.sallyport.allocator.Limits;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.ids.Incarnation;
import java.util.List;

/**
 * Calls and answers as bytes. A frame on the connection:
 *
 * <pre>
 * | length 4 | kind 1 | group 2 | request 8 | payload ...
 *   length     of all that follows, in bytes; checked before memory is taken
 *   group      whom it is about: 0 the catalog and the members, 1 and up the leases
 *   request    chosen by the client, repeated in the answer
 * </pre>
 *
 * From any thread. Every read throws {@link WireException} where the bytes are not such a frame.
 */
public final class Frames {

    /** Changes with the meaning of any frame; the two ends of a connection must agree. */
    private static final int VERSION = 2;

    /** Longest call, in bytes, without its length field. */
    public static final int CALL_BYTES_MAX = ClientCall.BUNDLE_BYTES_MAX + 1024;

    /** Longest answer, in bytes: a whole catalog. */
    public static final int ANSWER_BYTES_MAX = 64 * 1024 * 1024;

    /** Longest wait for a newer catalog. */
    public static final int WAIT_MILLIS_MAX = 60_000;

    private static final int TEXT_BYTES_MAX = 1024;

    private Frames() {}

    /**
     * A call or an answer.
     *
     * @param request ties the two together
     */
    public record Framed<T>(int group, long request, T body) {}

    public static byte[] encode(int group, long request, Call call) {
        return switch (call) {
            case Call.Hello(String cluster) ->
                    head(1, group, request).u8(VERSION).text(cluster).toBytes();
            case Call.Submit(ClientCall body) -> {
                WireWriter writer = head(2, group, request);
                ClientCall.write(writer, body);
                yield writer.toBytes();
            }
            case Call.CatalogAfter(long known, int waitMillis) ->
                    head(3, group, request).i64(known).i32(waitMillis).toBytes();
            case Call.Members() -> head(4, group, request).toBytes();
            case Call.Orphans(var after) ->
                    head(5, group, request).raw(AllocatorCodec.encodeAfter(after)).toBytes();
            case Call.Wanted(var holder) -> head(6, group, request).i64(holder.number()).toBytes();
            case Call.Status() -> head(7, group, request).toBytes();
            case Call.ChangeStores(var add, var remove) ->
                    head(8, group, request)
                            .list(add, StoreAddress::write)
                            .list(remove, WireWriter::text)
                            .toBytes();
        };
    }

    public static Framed<Call> decodeCall(byte[] frame) {
        return WireReader.whole(
                frame,
                in -> {
                    int kind = in.u8();
                    int group = in.u16();
                    long request = in.i64();
                    return new Framed<>(group, request, call(kind, in));
                });
    }

    private static Call call(int kind, WireReader in) {
        return switch (kind) {
            case 1 -> new Call.Hello(in.expect(VERSION, "protocol version").text(TEXT_BYTES_MAX));
            case 2 -> new Call.Submit(ClientCall.read(in));
            case 3 -> new Call.CatalogAfter(in.i64(), waitMillis(in.i32()));
            case 4 -> new Call.Members();
            case 5 -> new Call.Orphans(AllocatorCodec.decodeAfter(rest(in)));
            case 6 -> new Call.Wanted(new Incarnation(in.i64()));
            case 7 -> new Call.Status();
            case 8 -> {
                List<StoreAddress> add = in.list(Stores.MOST, StoreAddress::read);
                yield new Call.ChangeStores(
                        add, in.list(Stores.MOST, each -> each.text(TEXT_BYTES_MAX)));
            }
            default -> throw new WireException("no call has the kind " + kind);
        };
    }

    private static int waitMillis(int value) {
        if (value < 0 || value > WAIT_MILLIS_MAX) {
            throw new WireException("a wait of " + value + " ms is not 0 to " + WAIT_MILLIS_MAX);
        }
        return value;
    }

    public static byte[] encode(int group, long request, Answer answer) {
        return switch (answer) {
            case Answer.Welcome(String store, int leaseGroups, var stores) -> {
                WireWriter writer = head(64, group, request).u8(VERSION).text(store);
                Stores.write(writer.u16(leaseGroups), stores);
                yield writer.toBytes();
            }
            case Answer.Result(byte[] results) -> head(65, group, request).raw(results).toBytes();
            case Answer.Forgotten() -> head(66, group, request).toBytes();
            case Answer.NotLeader(var hint) ->
                    head(67, group, request).optional(hint, StoreAddress::write).toBytes();
            case Answer.Again(String reason) -> head(68, group, request).text(reason).toBytes();
            case Answer.Busy(String reason) -> head(69, group, request).text(reason).toBytes();
            case Answer.Bad(String reason) -> head(70, group, request).text(reason).toBytes();
            case Answer.CatalogNow(byte[] catalog) ->
                    head(71, group, request).raw(catalog).toBytes();
            case Answer.MembersNow(var membership) ->
                    head(72, group, request).raw(AllocatorCodec.encode(membership)).toBytes();
            case Answer.OrphansNow(var page) ->
                    head(73, group, request).raw(AllocatorCodec.encode(page)).toBytes();
            case Answer.WantedNow(var keys) ->
                    head(74, group, request).list(keys, KeyWords::write).toBytes();
            case Answer.StatusNow(var status) -> {
                WireWriter writer = head(75, group, request);
                StatusCodec.write(writer, status);
                yield writer.toBytes();
            }
            case Answer.StoresNow(var stores) -> {
                WireWriter writer = head(76, group, request);
                Stores.write(writer, stores);
                yield writer.toBytes();
            }
        };
    }

    public static Framed<Answer> decodeAnswer(byte[] frame) {
        return WireReader.whole(
                frame,
                in -> {
                    int kind = in.u8();
                    int group = in.u16();
                    long request = in.i64();
                    return new Framed<>(group, request, answer(kind, in));
                });
    }

    private static Answer answer(int kind, WireReader in) {
        return switch (kind) {
            case 64 -> {
                String store = in.expect(VERSION, "protocol version").text(TEXT_BYTES_MAX);
                int leaseGroups = in.u16();
                yield new Answer.Welcome(store, leaseGroups, Stores.read(in));
            }
            case 65 -> new Answer.Result(rest(in));
            case 66 -> new Answer.Forgotten();
            case 67 -> new Answer.NotLeader(in.optional(StoreAddress::read));
            case 68 -> new Answer.Again(reason(in));
            case 69 -> new Answer.Busy(reason(in));
            case 70 -> new Answer.Bad(reason(in));
            case 71 -> new Answer.CatalogNow(rest(in));
            case 72 -> new Answer.MembersNow(AllocatorCodec.decodeMembership(rest(in)));
            case 73 -> new Answer.OrphansNow(AllocatorCodec.decodeOrphans(rest(in)));
            case 74 -> new Answer.WantedNow(in.list(Limits.WANTED_MAX, KeyWords::read));
            case 75 -> new Answer.StatusNow(StatusCodec.read(in));
            case 76 -> new Answer.StoresNow(Stores.read(in));
            default -> throw new WireException("no answer has the kind " + kind);
        };
    }

    private static String reason(WireReader in) {
        return in.text(64 * TEXT_BYTES_MAX);
    }

    private static byte[] rest(WireReader in) {
        return in.raw(in.remaining());
    }

    private static WireWriter head(int kind, int group, long request) {
        return new WireWriter().u8(kind).u16(group).i64(request);
    }
}
