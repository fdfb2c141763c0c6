/**
 * The way to the store: commands in, the catalog followed for reads. Called by the features;
 * request threads and one follower thread.
 */
@NullMarked
package io.sallyport.control.catalog;

import org.jspecify.annotations.NullMarked;
