/**
 * What the gateway nodes tell of themselves, asked of all that are live at once; request threads.
 */
@NullMarked
package io.sallyport.control.live;

import org.jspecify.annotations.NullMarked;
