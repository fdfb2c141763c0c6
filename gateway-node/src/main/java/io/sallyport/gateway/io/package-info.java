/**
 * Doors through which packets come and go, and the native calls for them (Foreign Function API):
 * only this room makes such calls. Doors belong to the worker thread of {@code dataplane}.
 */
@NullMarked
package io.sallyport.gateway.io;

import org.jspecify.annotations.NullMarked;
