/**
 * What tenants own, and the rules about it: decide answers and lists changes, apply makes them.
 * Pure and deterministic; one thread at a time. Records are immutable and pass between threads.
 */
@NullMarked
package io.sallyport.store.catalog;

import org.jspecify.annotations.NullMarked;
