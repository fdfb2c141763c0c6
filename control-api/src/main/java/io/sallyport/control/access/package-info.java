/**
 * Who is calling: the operator's key or a tenant's. Called by Spring before each controller;
 * request threads.
 */
@NullMarked
package io.sallyport.control.access;

import org.jspecify.annotations.NullMarked;
