/** Tenants and their API keys, the operator's. Called over REST; request threads. */
@NullMarked
package io.sallyport.control.tenants;

import org.jspecify.annotations.NullMarked;
