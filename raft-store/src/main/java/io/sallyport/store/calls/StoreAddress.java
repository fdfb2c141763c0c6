package io.sallyport.store.calls;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.net.Endpoint;

/**
 * Where a store is reached.
 *
 * @param raft by other stores
 * @param front by clients
 */
public record StoreAddress(String store, Endpoint raft, Endpoint front) {

    private static final int NAME_BYTES_MAX = 63;

    static void write(WireWriter writer, StoreAddress address) {
        writer.text(address.store).endpoint(address.raft).endpoint(address.front);
    }

    static StoreAddress read(WireReader in) {
        String store = in.text(NAME_BYTES_MAX);
        Endpoint raft = in.endpoint();
        return new StoreAddress(store, raft, in.endpoint());
    }
}
