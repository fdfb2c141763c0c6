/**
 * Ports leased to this node: in hand, lent, cooling; refilled from and returned to the store.
 * Called by {@code peers}, on the node's worker thread.
 */
@NullMarked
package io.sallyport.gateway.ports;

import org.jspecify.annotations.NullMarked;
