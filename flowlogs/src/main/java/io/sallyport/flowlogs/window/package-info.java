/** Adds up counters to flows of aggregation windows. One thread at a time: the exporter's. */
@NullMarked
package io.sallyport.flowlogs.window;

import org.jspecify.annotations.NullMarked;
