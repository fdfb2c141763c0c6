/**
 * The protocol's models and the table of what each of its rules is for: every claim is given to TLC
 * in a process of its own. Started by the launcher and by the build's tests; any thread.
 */
@NullMarked
package io.sallyport.proof;

import org.jspecify.annotations.NullMarked;
