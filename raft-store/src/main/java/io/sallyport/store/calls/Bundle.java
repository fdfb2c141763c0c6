package io.sallyport.store.calls;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import java.util.List;

/**
 * Several byte strings as one: the commands of a call, or the results of its commands.
 *
 * <pre>
 * | count 4 | length 4, bytes | length 4, bytes | ...
 * </pre>
 */
public final class Bundle {

    /** What an item takes beside its bytes. */
    public static final int ITEM_OVERHEAD_BYTES = Integer.BYTES;

    /** What a bundle takes beside its items. */
    public static final int OVERHEAD_BYTES = Integer.BYTES;

    private Bundle() {}

    public static byte[] of(List<byte[]> items) {
        int bytes = OVERHEAD_BYTES;
        for (byte[] item : items) {
            bytes += ITEM_OVERHEAD_BYTES + item.length;
        }
        return new WireWriter(bytes).list(items, WireWriter::bytes).toBytes();
    }

    /**
     * @param most how many are accepted
     * @throws WireException where the bytes are no bundle, or one of more
     */
    public static List<byte[]> items(byte[] bundle, int most) {
        return WireReader.whole(bundle, in -> in.list(most, each -> each.bytes(each.remaining())));
    }
}
