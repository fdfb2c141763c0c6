package io.sallyport.control.catalog;

import io.sallyport.control.audit.Audit;
import io.sallyport.control.problems.Outcomes;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/** Reads and writes of the catalog for one caller. Blocks; called on virtual threads. */
@Service
public class CatalogService {

    /** Longer than an election with its retries, shorter than a client's own time-out. */
    private static final Duration DEADLINE = Duration.ofSeconds(8);

    private final StoreClient store;
    private final CatalogMirror mirror;

    CatalogService(StoreClient store, CatalogMirror mirror) {
        this.store = store;
        this.mirror = mirror;
    }

    /**
     * Has the store apply a command.
     *
     * @param key what the command is about
     * @return the thing as it is now; empty after a delete
     * @throws Problem where it was refused, or nobody knows
     */
    public Optional<Resource> apply(CatalogCommand command, String key) {
        return applied(command, key).resource();
    }

    /** The same, with the version at which it is visible. */
    public CatalogResult.Applied applied(CatalogCommand command, String key) {
        CatalogCommand asked = Precondition.of(command, key);
        CatalogCodec.refusal(asked).ifPresent(CatalogService::tooLong);
        try {
            Outcome<CatalogResult> outcome = store.submit(asked, DEADLINE).get();
            Audit.command(command.innermost().getClass().getSimpleName(), key, name(outcome));
            CatalogResult.Applied applied = Outcomes.applied(outcome, key);
            mirror.wrote(applied.version());
            return applied;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            ProblemCode.OUTCOME_UNKNOWN,
                            "the service stops")
                    .with("resource", key);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a store client's future never fails", e);
        }
    }

    /** Stores would not even read it. */
    private static void tooLong(String why) {
        throw new Problem(
                HttpStatus.BAD_REQUEST,
                ProblemCode.INVALID_VALUE,
                "a text or a list is too long: " + why);
    }

    private static String name(Outcome<CatalogResult> outcome) {
        return outcome instanceof Outcome.Done<CatalogResult>(CatalogResult result)
                ? result.getClass().getSimpleName()
                : outcome.getClass().getSimpleName();
    }

    /** The same for commands that leave a thing of this kind behind. */
    public <R extends Resource> R apply(CatalogCommand command, String key, Class<R> kind) {
        return apply(command, key)
                .filter(kind::isInstance)
                .map(kind::cast)
                .orElseThrow(() -> new IllegalStateException(key + " was applied as no " + kind));
    }

    /**
     * The same for a create whose id came from {@link NewId}: the same idempotency key with other
     * parameters is a problem of its own.
     */
    public <R extends Resource> R create(
            CatalogCommand command, String key, Class<R> kind, @Nullable String idempotencyKey) {
        try {
            return apply(command, key, kind);
        } catch (Problem problem) {
            if (idempotencyKey != null
                    && problem.code() == ProblemCode.CONFLICT
                    && find(kind, key).isPresent()) {
                throw new Problem(
                                HttpStatus.CONFLICT,
                                ProblemCode.IDEMPOTENCY_MISMATCH,
                                "this Idempotency-Key made " + key + " from other parameters")
                        .with("resource", key);
            }
            throw problem;
        }
    }

    /** All of it at one version. */
    public Catalog catalog() {
        return mirror.catalog();
    }

    /** Blocks until something has changed since that version, or for so long. */
    public void awaitChange(long version, Duration patience) {
        mirror.awaitNewer(version, patience);
    }

    public <R extends Resource> List<R> all(Class<R> kind) {
        return mirror.catalog().all(kind);
    }

    public <R extends Resource.Owned> List<R> all(Class<R> kind, TenantId tenant) {
        return all(kind).stream().filter(owned -> owned.tenant().equals(tenant)).toList();
    }

    public <R extends Resource> Optional<R> find(Class<R> kind, String key) {
        Optional<R> found =
                all(kind).stream().filter(resource -> resource.key().equals(key)).findFirst();
        found.ifPresent(VersionTags::read);
        return found;
    }

    /** One that the call is about and that the catalog implies: its version is told. */
    public <R extends Resource> R shown(R resource) {
        VersionTags.read(resource);
        return resource;
    }

    /**
     * A tenant's own thing.
     *
     * @throws Problem not-found where there is none, or it is somebody else's
     */
    public <R extends Resource.Owned> R owned(Class<R> kind, TenantId tenant, String key) {
        return find(kind, key)
                .filter(resource -> resource.tenant().equals(tenant))
                .orElseThrow(() -> Problem.notFound(key));
    }
}
