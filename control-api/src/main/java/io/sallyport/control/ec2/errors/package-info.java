/** Refusals in AWS's words. Pure values; any thread. */
@NullMarked
package io.sallyport.control.ec2.errors;

import org.jspecify.annotations.NullMarked;
