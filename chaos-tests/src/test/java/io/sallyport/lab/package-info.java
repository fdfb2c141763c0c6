/** The lab judged: its plan without root, its processes and the product's promises with it. */
@NullMarked
package io.sallyport.lab;

import org.jspecify.annotations.NullMarked;
