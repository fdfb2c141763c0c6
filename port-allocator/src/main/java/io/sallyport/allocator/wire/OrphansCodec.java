package io.sallyport.allocator.wire;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.ids.Epoch;
import java.util.List;
import java.util.Optional;

/**
 * The question for orphans and its answer.
 *
 * <pre>
 * question  u8 version, optional position (lease key, incarnation)
 * answer    u8 version, epoch, list of (lease key, incarnation, packed ports), flag more,
 *           u16 lease groups
 * </pre>
 */
final class OrphansCodec {

    private static final int VERSION = 2;

    private OrphansCodec() {}

    static byte[] encodeAfter(Optional<Orphan.Position> after) {
        return new WireWriter().u8(VERSION).optional(after, OrphansCodec::position).toBytes();
    }

    static Optional<Orphan.Position> after(WireReader in) {
        return in.expect(VERSION, "version of a question for orphans")
                .optional(OrphansCodec::position);
    }

    static byte[] encode(OrphansPage page) {
        WireWriter out = new WireWriter().u8(VERSION);
        LawWords.epoch(out, page.epoch());
        return out.list(page.orphans(), OrphansCodec::orphan)
                .flag(page.more())
                .u16(page.groups())
                .toBytes();
    }

    static OrphansPage page(WireReader in) {
        Epoch epoch = LawWords.epoch(in.expect(VERSION, "version of a page of orphans"));
        List<Orphan> orphans = in.list(Limits.PAGE_ORPHANS, OrphansCodec::orphan);
        boolean more = in.flag();
        return new OrphansPage(epoch, orphans, more, in.u16());
    }

    private static void position(WireWriter out, Orphan.Position position) {
        LawWords.key(out, position.key());
        LawWords.incarnation(out, position.dead());
    }

    private static Orphan.Position position(WireReader in) {
        LeaseKey key = LawWords.key(in);
        return new Orphan.Position(key, LawWords.incarnation(in));
    }

    private static void orphan(WireWriter out, Orphan orphan) {
        position(out, orphan.position());
        PackedPorts.write(out, orphan.ports());
    }

    private static Orphan orphan(WireReader in) {
        Orphan.Position position = position(in);
        return new Orphan(position.key(), position.dead(), PackedPorts.read(in));
    }
}
