/** Words of the wire: addresses, prefixes, protocols, endpoints. Immutable, from any thread. */
@NullMarked
package io.sallyport.net;

import org.jspecify.annotations.NullMarked;
