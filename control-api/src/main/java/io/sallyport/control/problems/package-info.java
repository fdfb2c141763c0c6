/**
 * Every refusal as an RFC 9457 problem with a stable code. Called by controllers and by Spring;
 * request threads.
 */
@NullMarked
package io.sallyport.control.problems;

import org.jspecify.annotations.NullMarked;
