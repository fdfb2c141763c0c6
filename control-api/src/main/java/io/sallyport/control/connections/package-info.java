/** A gateway's live connections, asked of every node. Called over REST; request threads. */
@NullMarked
package io.sallyport.control.connections;

import org.jspecify.annotations.NullMarked;
