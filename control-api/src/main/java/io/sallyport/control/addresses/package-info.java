/** Elastic IPs and the operator's pools that they come from. Called over REST; request threads. */
@NullMarked
package io.sallyport.control.addresses;

import org.jspecify.annotations.NullMarked;
