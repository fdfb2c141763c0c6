/** Flow-log subscriptions. Called over REST; request threads. */
@NullMarked
package io.sallyport.control.flowlogs;

import org.jspecify.annotations.NullMarked;
