/**
 * The checkpoint on disk: RocksDB behind a door of rows. The only room that sees RocksDB. Called by
 * the Raft room, one thread at a time.
 */
@NullMarked
package io.sallyport.store.rocks;

import org.jspecify.annotations.NullMarked;
