package io.sallyport.store.catalog;

/** One change of the catalog: what a decision consists of and what a replica applies. */
public sealed interface CatalogChange {

    /** The resource as it is from now on, in place of any with the same key. */
    record Put(Resource resource) implements CatalogChange {}

    record Remove(String key) implements CatalogChange {}
}
