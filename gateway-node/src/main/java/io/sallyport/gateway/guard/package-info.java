/**
 * The small process beside a node: starts it, takes its routes back when it dies or stops
 * answering, and tells what it did. One thread; it knows of the node only what the kernel and the
 * shared page say.
 */
@NullMarked
package io.sallyport.gateway.guard;

import org.jspecify.annotations.NullMarked;
