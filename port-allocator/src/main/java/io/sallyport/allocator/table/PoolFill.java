package io.sallyport.allocator.table;

import io.sallyport.allocator.PoolId;

/**
 * How much of a pool is leased.
 *
 * @param destinations towards how many destinations
 * @param leased how many ports, of all of them together
 */
public record PoolFill(PoolId id, int destinations, long leased) {}
