package io.sallyport.store.catalog;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Catalog values as bytes: on the log, on disk and between processes. Each starts with a version
 * byte; a kind is a number that is never used again for another. Equal values give equal bytes.
 * From any thread.
 *
 * <p>Every decode throws {@link WireException} where the bytes are not exactly one such value.
 */
public final class CatalogCodec {

    private static final int VERSION = 1;

    private CatalogCodec() {}

    public static byte[] encode(CatalogCommand command) {
        return encoded(command, CommandCodec::write);
    }

    public static CatalogCommand decodeCommand(byte[] bytes) {
        return decoded(bytes, CommandCodec::read);
    }

    /** Why no store would read the command: a text or a list beyond limits. Empty: it would. */
    public static Optional<String> refusal(CatalogCommand command) {
        try {
            decodeCommand(encode(command));
            return Optional.empty();
        } catch (WireException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    public static byte[] encode(CatalogResult result) {
        return encoded(result, ResultCodec::write);
    }

    public static CatalogResult decodeResult(byte[] bytes) {
        return decoded(bytes, ResultCodec::read);
    }

    public static byte[] encode(Resource resource) {
        return encoded(resource, ResourceCodec::write);
    }

    public static Resource decodeResource(byte[] bytes) {
        return decoded(bytes, ResourceCodec::read);
    }

    public static byte[] encode(Catalog catalog) {
        return encoded(
                catalog,
                (writer, value) ->
                        writer.i64(value.version()).list(value.resources(), ResourceCodec::write));
    }

    public static Catalog decodeCatalog(byte[] bytes) {
        return decoded(
                bytes,
                reader ->
                        new Catalog(
                                reader.i64(),
                                reader.list(CatalogLimits.RESOURCES, ResourceCodec::read)));
    }

    private static <T> byte[] encoded(T value, BiConsumer<WireWriter, T> body) {
        WireWriter writer = new WireWriter().u8(VERSION);
        body.accept(writer, value);
        return writer.toBytes();
    }

    private static <T> T decoded(byte[] bytes, Function<WireReader, T> body) {
        return WireReader.whole(bytes, reader -> body.apply(reader.expect(VERSION, "version")));
    }
}
