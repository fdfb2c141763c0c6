package io.sallyport.store.client;

import io.sallyport.net.Endpoint;
import java.util.Map;

/** Where clients come from. */
public final class StoreClients {

    private StoreClients() {}

    /**
     * A client of these stores. Returns at once: connections are made when they are needed, and
     * stores that are down are tried again.
     *
     * @param stores the client-facing endpoint of each store by its id; all of them, or at least
     *     those that may lead
     * @param clusterId stores of another cluster are refused
     */
    public static StoreClient connect(Map<String, Endpoint> stores, String clusterId) {
        return new NettyStoreClient(stores, clusterId);
    }
}
