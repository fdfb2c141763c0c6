/** EC2's answers as text. One thread per answer. */
@NullMarked
package io.sallyport.control.ec2.xml;

import org.jspecify.annotations.NullMarked;
