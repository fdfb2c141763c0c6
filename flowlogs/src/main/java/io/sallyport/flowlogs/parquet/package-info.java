/** Records as Parquet: lines in, and what was written out again. Pure functions; any thread. */
@NullMarked
package io.sallyport.flowlogs.parquet;

import org.jspecify.annotations.NullMarked;
