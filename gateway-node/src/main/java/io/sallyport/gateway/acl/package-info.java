/**
 * Network ACLs in the form that a packet asks: sorted once on a cold thread, judged without
 * allocating on the worker thread by {@code dataplane}.
 */
@NullMarked
package io.sallyport.gateway.acl;

import org.jspecify.annotations.NullMarked;
