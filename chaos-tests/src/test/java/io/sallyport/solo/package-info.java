/** Solo between real clients and a real server, in network namespaces. */
@NullMarked
package io.sallyport.solo;

import org.jspecify.annotations.NullMarked;
