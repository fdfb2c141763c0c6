package io.sallyport.allocator.wire;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the law says and hears as bytes; equal values give equal bytes. Each form begins
 * with a version. From any thread.
 *
 * <p>Every {@code decode} throws {@link WireException} where the bytes are not such a value in a
 * version that is known here, and nothing else.
 */
public final class AllocatorCodec {

    private static final int WANTED_VERSION = 1;

    private AllocatorCodec() {}

    public static byte[] encode(AllocatorCommand command) {
        WireWriter out = new WireWriter();
        CommandCodec.write(out, command);
        return out.toBytes();
    }

    /** The bytes of {@link #encode(AllocatorCommand)} after what was written before. */
    public static void write(WireWriter out, AllocatorCommand command) {
        CommandCodec.write(out, command);
    }

    /**
     * One command of several that follow each other.
     *
     * @throws IllegalArgumentException also where a constructor refuses what was read: {@link
     *     WireReader#whole} makes it a {@link WireException}
     */
    public static AllocatorCommand readCommand(WireReader in) {
        return CommandCodec.read(in);
    }

    public static AllocatorCommand decodeCommand(byte[] bytes) {
        return WireReader.whole(bytes, CommandCodec::read);
    }

    public static byte[] encode(AllocatorResult result) {
        WireWriter out = new WireWriter(ResultCodec.expected(result));
        ResultCodec.write(out, result);
        return out.toBytes();
    }

    /** The bytes of {@link #encode(AllocatorResult)} after what was written before. */
    public static void write(WireWriter out, AllocatorResult result) {
        ResultCodec.write(out, result);
    }

    /** One answer of several that follow each other, as {@link #readCommand}. */
    public static AllocatorResult readResult(WireReader in) {
        return ResultCodec.read(in);
    }

    public static AllocatorResult decodeResult(byte[] bytes) {
        return WireReader.whole(bytes, ResultCodec::read);
    }

    public static byte[] encode(Membership membership) {
        WireWriter out = new WireWriter();
        MembershipCodec.write(out, membership);
        return out.toBytes();
    }

    public static Membership decodeMembership(byte[] bytes) {
        return WireReader.whole(bytes, MembershipCodec::read);
    }

    /** The question for the page of orphans after a position, or for the first page. */
    public static byte[] encodeAfter(Optional<Orphan.Position> after) {
        return OrphansCodec.encodeAfter(after);
    }

    public static Optional<Orphan.Position> decodeAfter(byte[] bytes) {
        return WireReader.whole(bytes, OrphansCodec::after);
    }

    public static byte[] encode(OrphansPage page) {
        return OrphansCodec.encode(page);
    }

    public static OrphansPage decodeOrphans(byte[] bytes) {
        return WireReader.whole(bytes, OrphansCodec::page);
    }

    /** Destinations that their holders are asked to give back from. */
    public static byte[] encodeWanted(List<LeaseKey> keys) {
        return new WireWriter().u8(WANTED_VERSION).list(keys, LawWords::key).toBytes();
    }

    public static List<LeaseKey> decodeWanted(byte[] bytes) {
        return WireReader.whole(
                bytes,
                in ->
                        in.expect(WANTED_VERSION, "version of what is wanted")
                                .list(Limits.WANTED_MAX, LawWords::key));
    }
}
