/**
 * What a connection is: its identity, its record in off-heap memory, and the two narrow interfaces
 * between the packets' side and the keepers' side. All of it belongs to the node's worker thread.
 */
@NullMarked
package io.sallyport.gateway.connections;

import org.jspecify.annotations.NullMarked;
