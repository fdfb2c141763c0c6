/**
 * One log, two laws: what an entry is, and the state that it changes. Deterministic: no clock, no
 * randomness, no I/O. Called by the Raft room; entries on one thread, reads from any.
 */
@NullMarked
package io.sallyport.store.machine;

import org.jspecify.annotations.NullMarked;
