/** Tests of the benchmarks' own parts. */
@NullMarked
package io.sallyport.bench;

import org.jspecify.annotations.NullMarked;
