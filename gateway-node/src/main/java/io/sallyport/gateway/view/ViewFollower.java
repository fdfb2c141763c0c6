package io.sallyport.gateway.view;

import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings each catalog to the packets: builds the view, has it obeyed in the right order, and tells
 * which version the packets obey by now. Called by cold threads; at most one at a time works.
 */
public final class ViewFollower {

    /** Those who obey a view. Each is called by the thread that brought the catalog. */
    public interface Obeying {

        /** Before packets see it: what must already hold for each EIP. */
        void prepare(NodeView view);

        /** Gives it to the packets; {@code applied} runs once they obey it. */
        void swap(NodeView view, Runnable applied);

        /**
         * After it was given: who logs, what is announced.
         *
         * @param index the number of a gateway by its id
         */
        void follow(
                Catalog catalog,
                NodeView view,
                Function<io.sallyport.ids.GatewayId, Optional<Integer>> index);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ViewFollower.class);

    private final ViewBuilder builder = new ViewBuilder();
    private final Obeying obeying;
    private final CountDownLatch first = new CountDownLatch(1);
    private final Set<BoxAddress> told = new HashSet<>();
    private Catalog catalog = Catalog.EMPTY;
    private List<BoxAddress> own = List.of();
    private boolean seen;
    private volatile NodeView current = NodeView.EMPTY;
    private volatile long appliedVersion;

    public ViewFollower(Obeying obeying) {
        this.obeying = obeying;
    }

    /** A catalog from the feed; an older one than what is known is passed over. */
    public synchronized void catalog(Catalog fresh) {
        if (!seen || fresh.version() > catalog.version()) {
            seen = true;
            catalog = fresh;
            rebuild();
        }
    }

    /** The box's own addresses changed: an EIP among them is not carried. */
    public synchronized void own(Collection<BoxAddress> addresses) {
        own = List.copyOf(addresses);
        if (seen) {
            rebuild();
        }
    }

    private void rebuild() {
        Set<IpAddress> refused = new HashSet<>();
        own.forEach(address -> refused.add(address.address()));
        NodeView view = builder.build(catalog, refused);
        tellRefused();
        obeying.prepare(view);
        current = view;
        obeying.swap(view, () -> appliedVersion = view.catalogVersion());
        obeying.follow(catalog, view, builder::index);
        first.countDown();
    }

    /** Once per address, since views come often. */
    private void tellRefused() {
        Set<IpAddress> attached = builder.attached(catalog);
        for (BoxAddress address : own) {
            if (attached.contains(address.address()) && told.add(address)) {
                LOG.error(
                        "EIP {} is configured on interface {} of this box and is not carried"
                                + " here; remove it with: {}",
                        address.address(),
                        address.device(),
                        address.removal());
            }
        }
        told.retainAll(own);
    }

    /** False where no catalog came in time. */
    public boolean awaitFirst(long millis) throws InterruptedException {
        return first.await(millis, TimeUnit.MILLISECONDS);
    }

    /** The newest view, perhaps not yet obeyed. Any thread. */
    public NodeView current() {
        return current;
    }

    /** What packets obey by now; 0 before the first view. Any thread. */
    public long appliedVersion() {
        return appliedVersion;
    }
}
