/** A package of the store's name; read by ArrowsTest only. */
@NullMarked
package io.sallyport.store.seeded;

import org.jspecify.annotations.NullMarked;
