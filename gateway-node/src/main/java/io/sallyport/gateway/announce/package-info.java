/**
 * Tells the outside that an EIP is here: on a shared link by gratuitous ARP and unsolicited
 * neighbour advertisement, whose frames leave by the worker; to routers by kernel routes that a BGP
 * daemon beside the node announces. Called by cold threads.
 */
@NullMarked
package io.sallyport.gateway.announce;

import org.jspecify.annotations.NullMarked;
