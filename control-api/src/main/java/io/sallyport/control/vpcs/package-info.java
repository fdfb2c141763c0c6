/**
 * VPCs, their subnets, and how the operator attaches them to the gateway nodes. Called over REST;
 * request threads.
 */
@NullMarked
package io.sallyport.control.vpcs;

import org.jspecify.annotations.NullMarked;
