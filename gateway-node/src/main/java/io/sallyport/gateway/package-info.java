/** The gateway process: its entry point, and how its rooms are put together. */
@NullMarked
package io.sallyport.gateway;

import org.jspecify.annotations.NullMarked;
