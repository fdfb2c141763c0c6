package io.sallyport.store.catalog;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the law says to a command: the answer, and the changes that make it true (often none). */
public record Decision(List<CatalogChange> changes, CatalogResult result) {

    public Decision {
        changes = List.copyOf(changes);
    }

    static Decision refused(CatalogResult result) {
        return new Decision(List.of(), result);
    }

    static Decision notFound(String key) {
        return refused(new CatalogResult.NotFound(key));
    }

    static Decision invalid(String field, Object value, String allowed) {
        return refused(new CatalogResult.Invalid(field, value.toString(), allowed));
    }

    static Decision conflict(String key, String reason) {
        return refused(new CatalogResult.Conflict(key, reason));
    }

    static Decision inUse(String key, String by) {
        return refused(new CatalogResult.InUse(key, by));
    }

    static Decision changed(String key, long version) {
        return refused(new CatalogResult.Changed(key, version));
    }

    static Decision full(String what, long limit) {
        return refused(new CatalogResult.LimitExceeded(what, limit));
    }

    static Decision put(Resource resource) {
        return new Decision(
                List.of(new CatalogChange.Put(resource)),
                new CatalogResult.Applied(resource.version(), Optional.of(resource)));
    }

    static Decision removed(String key, long version) {
        return new Decision(
                List.of(new CatalogChange.Remove(key)),
                new CatalogResult.Applied(version, Optional.empty()));
    }

    /** Together with what was decided before, whose answer it is, or else nothing at all. */
    Decision after(Decision first) {
        return result instanceof CatalogResult.Applied
                ? new Decision(
                        Stream.concat(first.changes.stream(), changes.stream()).toList(),
                        first.result)
                : this;
    }

    /** With what makes no sense without it. */
    static Decision removed(String key, Stream<String> along, long version) {
        return new Decision(
                Stream.concat(along, Stream.of(key))
                        .<CatalogChange>map(CatalogChange.Remove::new)
                        .toList(),
                new CatalogResult.Applied(version, Optional.empty()));
    }

    /** It already is as asked: the answer of a retry. */
    static Decision unchanged(Resource existing) {
        return refused(new CatalogResult.Applied(existing.version(), Optional.of(existing)));
    }

    /** An id that names what exists: the same thing for a retry, a conflict for anything else. */
    static Decision existing(Resource existing, boolean sameParameters) {
        return sameParameters
                ? unchanged(existing)
                : conflict(existing.key(), "exists with other parameters");
    }
}
