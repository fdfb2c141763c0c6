/** Whether the models say what the table of claims says. */
@NullMarked
package io.sallyport.proof;

import org.jspecify.annotations.NullMarked;
