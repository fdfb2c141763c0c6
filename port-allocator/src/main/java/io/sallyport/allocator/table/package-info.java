/**
 * The table of leases in memory, packed: millions of destinations without an object for each, so
 * that the collector has nothing to walk, and checkpoints that never stop it. Used by the law
 * through {@link io.sallyport.allocator.AllocationTable} and by whoever writes and loads
 * checkpoints. One thread at a time.
 */
@NullMarked
package io.sallyport.allocator.table;

import org.jspecify.annotations.NullMarked;
