/**
 * The store process: what must be agreed, agreed by Raft, kept on disk. Main starts it; {@link
 * io.sallyport.store.StoreServer} is all of it in one object.
 */
@NullMarked
package io.sallyport.store;

import org.jspecify.annotations.NullMarked;
