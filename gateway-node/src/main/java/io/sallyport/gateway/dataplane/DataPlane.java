package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.IpAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One node's packet path as the rest of the process sees it. Order: construct, give {@link
 * #carriage()} and {@link #wakeup()} to the keepers' side, {@link #view} at least once, {@link
 * #start}. All methods may be called from any thread.
 */
public final class DataPlane implements AutoCloseable {

    /** Allocates the table; opens nothing yet. */
    public DataPlane(DataPlaneSettings settings, NextHops nextHops, FlowSink flows) {
        throw new UnsupportedOperationException();
    }

    /** The keepers' side of the table; only for the worker thread, that is for {@link Keeping}. */
    public Carriage carriage() {
        throw new UnsupportedOperationException();
    }

    /** Ends the worker's sleep soon. */
    public void wakeup() {
        throw new UnsupportedOperationException();
    }

    /** Runs it on the worker thread, soon and in order; it must be short. */
    public void execute(Runnable onWorker) {
        throw new UnsupportedOperationException();
    }

    /**
     * Swaps the view. {@code applied} runs on the worker thread once packets obey it; compiling is
     * done by the calling thread.
     */
    public void view(NodeView view, Runnable applied) {
        throw new UnsupportedOperationException();
    }

    /** The box's own addresses: packets to them on plain interfaces are not ours. */
    public void localAddresses(Set<IpAddress> addresses) {
        throw new UnsupportedOperationException();
    }

    /** Tells the outside link (gratuitous ARP, unsolicited NA) that the EIP is here. */
    public void announce(IpAddress eip) {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens the doors and starts the worker thread.
     *
     * @param died is told what ended the worker, on its thread, if anything but {@link #close} did
     * @throws java.io.UncheckedIOException naming the door that does not open
     */
    public void start(Keeping keeping, Consumer<Throwable> died) {
        throw new UnsupportedOperationException();
    }

    /** System.nanoTime of the worker's last turn; it turns at least every 5 ms. */
    public long lastTurnNanos() {
        throw new UnsupportedOperationException();
    }

    public Counters counters() {
        throw new UnsupportedOperationException();
    }

    /** One entry per gateway that moved anything. */
    public CompletableFuture<List<GatewayTraffic>> traffic() {
        throw new UnsupportedOperationException();
    }

    /** At most {@code limit} of the gateway's connections that this node carries. */
    public CompletableFuture<List<ConnectionSnapshot>> connections(GatewayId gateway, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Stops the worker and closes the doors. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
