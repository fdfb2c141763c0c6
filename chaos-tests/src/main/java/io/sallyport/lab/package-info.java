/**
 * The lab: real processes in network namespaces on one Linux box, their faults, and the demo.
 *
 * <p>Called by the launcher and by the privileged tests, on their main thread. It knows the product
 * only as a stranger does: command lines, REST, packets.
 */
@NullMarked
package io.sallyport.lab;

import org.jspecify.annotations.NullMarked;
