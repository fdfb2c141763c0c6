/** EC2's parameters: names, lists, filters, pages. Pure values; any thread. */
@NullMarked
package io.sallyport.control.ec2.query;

import org.jspecify.annotations.NullMarked;
