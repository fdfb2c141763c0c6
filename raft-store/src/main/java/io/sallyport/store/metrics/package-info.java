/**
 * What a store tells about itself: the names of its metrics, and the HTTP address where they and
 * its status are read. From any thread.
 */
@NullMarked
package io.sallyport.store.metrics;

import org.jspecify.annotations.NullMarked;
