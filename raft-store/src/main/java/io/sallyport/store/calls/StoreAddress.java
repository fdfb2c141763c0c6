package io.sallyport.store.calls;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.net.Endpoint;

/** Where clients reach a store. */
public record StoreAddress(String store, Endpoint front) {

    private static final int NAME_BYTES_MAX = 63;

    static void write(WireWriter writer, StoreAddress address) {
        writer.text(address.store).endpoint(address.front);
    }

    static StoreAddress read(WireReader in) {
        String store = in.text(NAME_BYTES_MAX);
        return new StoreAddress(store, in.endpoint());
    }
}
