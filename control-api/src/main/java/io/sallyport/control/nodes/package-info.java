/** The gateway nodes as the operator sees them. Called over REST; request threads. */
@NullMarked
package io.sallyport.control.nodes;

import org.jspecify.annotations.NullMarked;
