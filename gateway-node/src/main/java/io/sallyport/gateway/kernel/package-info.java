/**
 * The kernel fast path: loads, attaches and adopts the BPF programs, maps the connection table's
 * memory, receives what the kernel hands up. Native calls by the Foreign Function API, no libbpf.
 * Cold threads, except {@link io.sallyport.gateway.kernel.Ring}, which is the packet thread's.
 */
@NullMarked
package io.sallyport.gateway.kernel;

import org.jspecify.annotations.NullMarked;
