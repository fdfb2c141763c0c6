/** The catalog as packets obey it: immutable, built on a cold thread, swapped whole. */
@NullMarked
package io.sallyport.gateway.view;

import org.jspecify.annotations.NullMarked;
