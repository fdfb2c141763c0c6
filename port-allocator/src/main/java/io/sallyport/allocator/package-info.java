/**
 * The allocation law: which incarnation may use which source ports towards which destination, and
 * who is a member. Pure and deterministic: no clock, no randomness, no I/O; every replica runs the
 * same code on the same log. One thread at a time.
 */
@NullMarked
package io.sallyport.allocator;

import org.jspecify.annotations.NullMarked;
