/**
 * The connection protocol between gateway nodes (docs/design/ALLOCATION.md 3-5): opening, carrying,
 * ending, handing over, epochs, the horizon. Called by the data plane through {@code Keeping}; all
 * of it runs on the node's worker thread, except the links, whose threads only decode and post to
 * the worker's mailbox.
 */
@NullMarked
package io.sallyport.gateway.peers;

import org.jspecify.annotations.NullMarked;
