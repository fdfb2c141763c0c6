package io.sallyport.store.catalog;

import java.util.List;

/**
 * The whole catalog at one version; immutable. {@code version} is the log index of the last catalog
 * change; resources are sorted by {@link Resource#key()}.
 */
public record Catalog(long version, List<Resource> resources) {

    public static final Catalog EMPTY = new Catalog(0, List.of());

    public Catalog {
        resources = List.copyOf(resources);
    }

    /** All resources of one kind. */
    public <R extends Resource> List<R> all(Class<R> kind) {
        return resources.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
