/** Identities as records that cannot be swapped by mistake; AWS-shaped text. From any thread. */
@NullMarked
package io.sallyport.ids;

import org.jspecify.annotations.NullMarked;
