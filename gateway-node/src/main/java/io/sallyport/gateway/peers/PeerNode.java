package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.StoreClient;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** One gateway node among its peers: the protocol, its links and its ledger, wired. */
public final class PeerNode implements AutoCloseable {

    /**
     * Starts nothing.
     *
     * @param carriage the packets' side; only ever called on the thread that calls {@code
     *     keeping().turn()}
     * @param wakeup makes that thread call {@code turn} soon; called from any thread
     * @param catalogVersion what this node's packets obey by now; read on the worker thread
     */
    public PeerNode(
            PeerSettings settings,
            StoreClient store,
            Carriage carriage,
            Runnable wakeup,
            LongSupplier catalogVersion,
            PeerEvents events) {
        throw new UnsupportedOperationException("under construction");
    }

    /**
     * Listens for peers, then joins: asks the store again and again until it answers.
     *
     * @return completes with this life's number once the worker may open connections; exceptionally
     *     where another machine holds the node id
     * @throws java.io.UncheckedIOException where the peers' address cannot be bound
     */
    public CompletableFuture<Incarnation> start() {
        throw new UnsupportedOperationException("under construction");
    }

    /** For the worker thread. */
    public Keeping keeping() {
        throw new UnsupportedOperationException("under construction");
    }

    /** From any thread. */
    public PeerStatus status() {
        throw new UnsupportedOperationException("under construction");
    }

    /**
     * Leaves the cluster by its own word. Only after the worker has stopped: what it carried is
     * taken over by its peers at once.
     */
    @Override
    public void close() {
        throw new UnsupportedOperationException("under construction");
    }
}
