/** Classes that break the module's rules on purpose; read by ArrowsTest only. */
@NullMarked
package io.sallyport.lab.seeded;

import org.jspecify.annotations.NullMarked;
