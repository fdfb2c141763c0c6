package io.sallyport.allocator.wire;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import java.util.Optional;

/**
 * Everything that the law says and hears as bytes; equal values give equal bytes. Each form begins
 * with a version. From any thread.
 *
 * <p>Every {@code decode} throws {@link WireException} where the bytes are not such a value in a
 * version that is known here, and nothing else.
 */
public final class AllocatorCodec {

    private AllocatorCodec() {}

    public static byte[] encode(AllocatorCommand command) {
        return CommandCodec.encode(command);
    }

    public static AllocatorCommand decodeCommand(byte[] bytes) {
        return WireReader.whole(bytes, CommandCodec::read);
    }

    public static byte[] encode(AllocatorResult result) {
        return ResultCodec.encode(result);
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
}
