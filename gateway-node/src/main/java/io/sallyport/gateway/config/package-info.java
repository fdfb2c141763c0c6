/**
 * The gateway process's configuration: keys, defaults, units and limits. Read once by {@code Main}
 * before anything starts; the records are immutable.
 */
@NullMarked
package io.sallyport.gateway.config;

import org.jspecify.annotations.NullMarked;
