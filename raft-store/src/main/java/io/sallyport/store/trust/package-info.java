/**
 * Who is at the other end of a connection: mutual TLS between the processes of a cluster, bound to
 * a member's role and id, and the certificates for it. Called by whoever connects or listens, from
 * any thread.
 */
@NullMarked
package io.sallyport.store.trust;

import org.jspecify.annotations.NullMarked;
