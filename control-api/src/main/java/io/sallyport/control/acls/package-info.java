/** Network ACLs. Called over REST; request threads. */
@NullMarked
package io.sallyport.control.acls;

import org.jspecify.annotations.NullMarked;
