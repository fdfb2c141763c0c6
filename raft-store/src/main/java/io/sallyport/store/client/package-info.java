/** How other processes talk to the store: from any thread, never blocking the caller. */
@NullMarked
package io.sallyport.store.client;

import org.jspecify.annotations.NullMarked;
