/** Gateways and the network ACL on each. Called over REST; request threads. */
@NullMarked
package io.sallyport.control.gateways;

import org.jspecify.annotations.NullMarked;
