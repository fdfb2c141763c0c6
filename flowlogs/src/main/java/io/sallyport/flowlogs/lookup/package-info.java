/** Who had an elastic IP's port: what was stored, read again. Any thread; reads block. */
@NullMarked
package io.sallyport.flowlogs.lookup;

import org.jspecify.annotations.NullMarked;
