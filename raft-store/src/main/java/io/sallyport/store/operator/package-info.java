/**
 * What an operator says to the stores of a cluster from a shell: how they stand, who belongs to
 * them, which node is off. Called by Main; one thread, which waits.
 */
@NullMarked
package io.sallyport.store.operator;

import org.jspecify.annotations.NullMarked;
