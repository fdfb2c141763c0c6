/**
 * Who changed what, one line each in the log. Notes are taken by whoever answers a call, on its
 * thread.
 */
@NullMarked
package io.sallyport.control.audit;

import org.jspecify.annotations.NullMarked;
