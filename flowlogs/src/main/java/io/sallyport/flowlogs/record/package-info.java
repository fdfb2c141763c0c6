/** What a flow log says, before it has a form. Immutable; from any thread. */
@NullMarked
package io.sallyport.flowlogs.record;

import org.jspecify.annotations.NullMarked;
