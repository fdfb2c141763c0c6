/** The buckets that flow logs go to, as the nodes reach them. From any thread; calls block. */
@NullMarked
package io.sallyport.control.buckets;

import org.jspecify.annotations.NullMarked;
