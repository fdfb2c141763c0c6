/** A class that breaks the module's arrows on purpose; read by ArrowsTest only. */
@NullMarked
package io.sallyport.gateway.wire.seeded;

import org.jspecify.annotations.NullMarked;
