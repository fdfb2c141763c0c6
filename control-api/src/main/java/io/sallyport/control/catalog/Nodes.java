package io.sallyport.control.catalog;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * The gateway nodes, and how far they follow the catalog. The member list is asked for at most ten
 * times a second; while no store answers, the last one known stands.
 */
@Service
public class Nodes {

    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofMillis(100);

    private final StoreClient store;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Membership last;
    private long askedNanos;

    Nodes(StoreClient store) {
        this.store = store;
    }

    /** Empty where no store has ever answered. */
    public Optional<Membership> membership() {
        lock.lock();
        try {
            if (last == null || System.nanoTime() - askedNanos > FRESH.toNanos()) {
                switch (store.members(DEADLINE).get()) {
                    case Outcome.Done<Membership>(Membership membership) -> last = membership;
                    case Outcome.Refused<Membership> refused -> {}
                    case Outcome.Unknown<Membership> unknown -> {}
                }
                askedNanos = System.nanoTime();
            }
            return Optional.ofNullable(last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.ofNullable(last);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a store client's future never fails", e);
        } finally {
            lock.unlock();
        }
    }

    /** How far all live nodes follow; nothing is applied where no node is live. */
    public Progress progress() {
        return new Progress(
                membership().stream()
                        .flatMap(membership -> membership.live().stream())
                        .mapToLong(Member::catalogVersion)
                        .min()
                        .orElse(-1));
    }

    /**
     * @param version the catalog version that every live node obeys; -1 where there is none
     */
    public record Progress(long version) {

        public boolean applied(long wanted) {
            return wanted <= version;
        }

        public State state(long wanted) {
            return applied(wanted) ? State.AVAILABLE : State.PENDING;
        }
    }
}
