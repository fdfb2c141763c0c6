package io.sallyport.allocator.table;

import io.sallyport.allocator.LeaseKey;

/**
 * How full a destination is.
 *
 * @param leased how many ports, of {@link io.sallyport.allocator.Limits#PORTS}
 */
public record Fill(LeaseKey key, int leased) {}
