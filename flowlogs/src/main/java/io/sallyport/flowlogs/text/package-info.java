/**
 * Lines of text: put into an order, and in gzip that can be looked into. Pure functions; any
 * thread.
 */
@NullMarked
package io.sallyport.flowlogs.text;

import org.jspecify.annotations.NullMarked;
