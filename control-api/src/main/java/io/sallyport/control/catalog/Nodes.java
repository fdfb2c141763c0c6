package io.sallyport.control.catalog;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.watch.LeaderWatch;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<Incarnation, Heard> heard = new HashMap<>();
    private @Nullable Membership last;
    private long askedNanos;

    /** A member's newest Renew, and when this process first saw it. */
    private record Heard(long renew, Instant at) {}

    /**
     * A member whose packets do not obey a catalog version yet.
     *
     * @param until when it is called dead at the latest, should nothing more be heard of it
     */
    public record Behind(Member member, Instant until) {}

    Nodes(StoreClient store) {
        this.store = store;
    }

    /** Empty where no store has ever answered. */
    public Optional<Membership> membership() {
        lock.lock();
        try {
            if (last == null || System.nanoTime() - askedNanos > FRESH.toNanos()) {
                switch (store.members(DEADLINE).get()) {
                    case Outcome.Done<Membership>(Membership membership) -> {
                        last = membership;
                        note(membership, Instant.now());
                    }
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

    private void note(Membership membership, Instant now) {
        heard.keySet().retainAll(membership.members().stream().map(Member::incarnation).toList());
        for (Member member : membership.members()) {
            heard.merge(
                    member.incarnation(),
                    new Heard(member.lastRenew(), now),
                    (known, seen) -> known.renew() == seen.renew() ? known : seen);
        }
    }

    /** For whom a version waits: all that are not dead, live and away, and do not obey it. */
    public List<Behind> behind(long version) {
        List<Member> members =
                membership().stream()
                        .flatMap(each -> each.notDead().stream())
                        .filter(member -> member.catalogVersion() < version)
                        .toList();
        lock.lock();
        try {
            return members.stream().map(member -> new Behind(member, until(member))).toList();
        } finally {
            lock.unlock();
        }
    }

    private Instant until(Member member) {
        Heard known = heard.get(member.incarnation());
        Instant since = known == null ? Instant.now() : known.at();
        return since.plusNanos(LeaderWatch.DEAD_NANOS).truncatedTo(ChronoUnit.MILLIS);
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
