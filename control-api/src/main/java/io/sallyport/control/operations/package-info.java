/**
 * Calls that are answered before they are done, told from the catalog and the member list alone.
 * Called by the features that begin them, and over REST; request threads.
 */
@NullMarked
package io.sallyport.control.operations;

import org.jspecify.annotations.NullMarked;
