package io.sallyport.store.catalog;

import java.util.Optional;

/** The catalog's answer; refusals are answers. */
public sealed interface CatalogResult {

    /**
     * Done, and visible at this catalog version.
     *
     * @param resource the thing as it is now; empty after a delete
     */
    record Applied(long version, Optional<Resource> resource) implements CatalogResult {}

    /** No such thing, or somebody else's. */
    record NotFound(String key) implements CatalogResult {}

    /** The id is taken, or the thing already is what was asked not to be twice. */
    record Conflict(String key, String reason) implements CatalogResult {}

    /** Something else still needs it (AWS: DependencyViolation). */
    record InUse(String key, String by) implements CatalogResult {}

    /** A value breaks a rule. */
    record Invalid(String field, String value, String allowed) implements CatalogResult {}

    /**
     * It is not as the caller knew it.
     *
     * @param version that it has now; 0 where it is not there
     */
    record Changed(String key, long version) implements CatalogResult {}

    /** A limit or a pool is full. */
    record LimitExceeded(String what, long limit) implements CatalogResult {}
}
