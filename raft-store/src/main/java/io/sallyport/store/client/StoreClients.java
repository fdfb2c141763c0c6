package io.sallyport.store.client;

import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.Trust;
import java.util.Map;

/** Where clients come from. */
public final class StoreClients {

    private StoreClients() {}

    /**
     * A client of these stores, which talks to those alone that prove to be the ones that are
     * meant. Returns at once: connections are made when they are needed, and stores that are down
     * are tried again.
     *
     * @param stores the client-facing endpoint of each store by its id; all of them, or at least
     *     those that may lead
     * @param trust what this client proves itself with; stores of another cluster are refused
     */
    public static StoreClient connect(Map<String, Endpoint> stores, Trust trust) {
        return new NettyStoreClient(stores, trust);
    }
}
