/**
 * The words between a store's front and its clients, and what of them goes into the log. Immutable;
 * from any thread.
 */
@NullMarked
package io.sallyport.store.calls;

import org.jspecify.annotations.NullMarked;
