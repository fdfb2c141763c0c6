/** The written forms of records. Pure functions; from any thread. */
@NullMarked
package io.sallyport.flowlogs.format;

import org.jspecify.annotations.NullMarked;
