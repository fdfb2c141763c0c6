/** AWS Signature Version 4, as who receives a request sees it. Pure functions; any thread. */
@NullMarked
package io.sallyport.control.ec2.signature;

import org.jspecify.annotations.NullMarked;
