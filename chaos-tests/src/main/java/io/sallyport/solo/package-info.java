/**
 * One Linux box as a NAT gateway: a store, a gateway node and a control process under one
 * supervisor, provisioned through REST like any cluster. Started by the launcher; knows the
 * processes only from the outside.
 */
@NullMarked
package io.sallyport.solo;

import org.jspecify.annotations.NullMarked;
