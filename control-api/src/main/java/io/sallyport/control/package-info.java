/**
 * The control process: starts the web server over the rooms below it. Called by the launcher; main
 * thread.
 */
@NullMarked
package io.sallyport.control;

import org.jspecify.annotations.NullMarked;
