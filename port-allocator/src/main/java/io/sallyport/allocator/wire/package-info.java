/**
 * The versioned bytes of the law: commands, results, members, orphans, table values. All integers
 * are big-endian. Called by whoever puts the law on a log, a disk or a socket; from any thread.
 */
@NullMarked
package io.sallyport.allocator.wire;

import org.jspecify.annotations.NullMarked;
