/**
 * The way from the packets' thread to the report: counters go into a ring and never wait. Hot path:
 * what the producing side calls takes primitives, allocates nothing and takes no lock. The packets'
 * thread produces, the exporter's thread consumes.
 */
@NullMarked
package io.sallyport.flowlogs.meter;

import org.jspecify.annotations.NullMarked;
