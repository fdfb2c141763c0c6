/** Classes that break the room's rules on purpose; read by BenchArrowsTest only. */
@NullMarked
package io.sallyport.bench.seeded;

import org.jspecify.annotations.NullMarked;
