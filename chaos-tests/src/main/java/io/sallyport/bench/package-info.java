/**
 * Benchmarks against rivals, in interleaved rounds, with ratios. Started by {@code ./sallyport
 * bench}; the one room outside of the product that uses its client directly.
 */
@NullMarked
package io.sallyport.bench;

import org.jspecify.annotations.NullMarked;
