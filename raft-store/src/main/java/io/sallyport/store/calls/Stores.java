package io.sallyport.store.calls;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import java.util.List;

/**
 * The stores of a group.
 *
 * @param asOf the log index of this list: of two lists of a group the later one counts
 */
public record Stores(long asOf, List<StoreAddress> all) {

    /** Most stores of a cluster; a group of more would commit slowly. */
    static final int MOST = 32;

    public Stores {
        all = List.copyOf(all);
    }

    /** Their ids, in the order of the list. */
    public List<String> ids() {
        return all.stream().map(StoreAddress::store).toList();
    }

    static void write(WireWriter writer, Stores stores) {
        writer.i64(stores.asOf).list(stores.all, StoreAddress::write);
    }

    static Stores read(WireReader in) {
        long asOf = in.i64();
        return new Stores(asOf, in.list(MOST, StoreAddress::read));
    }
}
