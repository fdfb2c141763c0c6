/**
 * Where packets to the outside go: routes and neighbours as the kernel knows them, in a form that
 * the worker thread asks without allocating, kept fresh by two cold threads. Started by {@code
 * Main}.
 */
@NullMarked
package io.sallyport.gateway.neighbours;

import org.jspecify.annotations.NullMarked;
