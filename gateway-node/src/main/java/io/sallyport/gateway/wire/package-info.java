/**
 * Headers as offsets over off-heap memory, and checksums (RFC 1071, 1624, 4821): no state, nothing
 * allocated. Called by {@code dataplane} and {@code io} on the worker thread.
 */
@NullMarked
@HotPath
package io.sallyport.gateway.wire;

import org.jspecify.annotations.NullMarked;
