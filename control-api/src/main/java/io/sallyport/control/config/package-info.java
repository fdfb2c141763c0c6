/**
 * The control process's configuration: keys, what is allowed, defaults. Called by Main; main
 * thread.
 */
@NullMarked
package io.sallyport.control.config;

import org.jspecify.annotations.NullMarked;
