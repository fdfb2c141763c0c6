/**
 * The report: what passed the gateways, in the form and at the place where AWS' tools look for it.
 * Here only the bounds of the whole module; from any thread.
 */
@NullMarked
package io.sallyport.flowlogs;

import org.jspecify.annotations.NullMarked;
