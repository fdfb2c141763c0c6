package io.sallyport.store.catalog;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;

/** Results: u8 kind, the fields in the order of the record. */
final class ResultCodec {

    /** A refusal may repeat a whole list that was asked for. */
    private static final int TEXT = 1 << 20;

    private ResultCodec() {}

    static void write(WireWriter w, CatalogResult result) {
        switch (result) {
            case CatalogResult.Applied r ->
                    w.u8(1).i64(r.version()).optional(r.resource(), ResourceCodec::write);
            case CatalogResult.NotFound r -> w.u8(2).text(r.key());
            case CatalogResult.Conflict r -> w.u8(3).text(r.key()).text(r.reason());
            case CatalogResult.InUse r -> w.u8(4).text(r.key()).text(r.by());
            case CatalogResult.Invalid r ->
                    w.u8(5).text(r.field()).text(r.value()).text(r.allowed());
            case CatalogResult.LimitExceeded r -> w.u8(6).text(r.what()).i64(r.limit());
            case CatalogResult.Changed r -> w.u8(7).text(r.key()).i64(r.version());
        }
    }

    static CatalogResult read(WireReader r) {
        int kind = r.u8();
        return switch (kind) {
            case 1 -> new CatalogResult.Applied(r.i64(), r.optional(ResourceCodec::read));
            case 2 -> new CatalogResult.NotFound(r.text(TEXT));
            case 3 -> new CatalogResult.Conflict(r.text(TEXT), r.text(TEXT));
            case 4 -> new CatalogResult.InUse(r.text(TEXT), r.text(TEXT));
            case 5 -> new CatalogResult.Invalid(r.text(TEXT), r.text(TEXT), r.text(TEXT));
            case 6 -> new CatalogResult.LimitExceeded(r.text(TEXT), r.i64());
            case 7 -> new CatalogResult.Changed(r.text(TEXT), r.i64());
            default -> throw new WireException("result kind " + kind + " is not known");
        };
    }
}
