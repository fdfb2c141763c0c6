/**
 * Where clients reach a store: a listener of its own, in the store's process. Called by Main; runs
 * on its own loops, which never block.
 */
@NullMarked
package io.sallyport.store.front;

import org.jspecify.annotations.NullMarked;
