/** A seeded breach of the arrows, so that their test can prove that it fails. */
@NullMarked
package io.sallyport.control.arrows;

import org.jspecify.annotations.NullMarked;
