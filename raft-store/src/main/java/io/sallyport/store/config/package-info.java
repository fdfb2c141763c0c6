/**
 * The configuration of a store: keys, defaults, bounds, and refusals that name key, value and what
 * is allowed. Called by Main, once.
 */
@NullMarked
package io.sallyport.store.config;

import org.jspecify.annotations.NullMarked;
