/**
 * Amazon's EC2 Query on the same catalog as REST: requests signed with AWS Signature Version 4, XML
 * answers, AWS's names, states and errors. Called over HTTP; request threads.
 */
@NullMarked
package io.sallyport.control.ec2;

import org.jspecify.annotations.NullMarked;
