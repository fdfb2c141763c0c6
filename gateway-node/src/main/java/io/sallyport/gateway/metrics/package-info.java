/**
 * All metrics of a gateway node: names, units and cardinality in one place. Cold threads; read at
 * each scrape.
 */
@NullMarked
package io.sallyport.gateway.metrics;

import org.jspecify.annotations.NullMarked;
