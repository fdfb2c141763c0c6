/**
 * Tells the outside that an EIP is here: on a shared link by gratuitous ARP and unsolicited
 * neighbour advertisement. Called by cold threads; the frames leave by the worker.
 */
@NullMarked
package io.sallyport.gateway.announce;

import org.jspecify.annotations.NullMarked;
