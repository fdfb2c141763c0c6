package io.sallyport.allocator;

import io.sallyport.ids.TenantId;

/**
 * A pool that may be leased from, as a lease group has learned it ({@link AllocatorCommand.Learn}).
 *
 * <p>Ports of two lives of one address are different keys here, so this table cannot keep them
 * apart. Therefore whoever tells of a pool does so only once every member that is not dead has said
 * ({@link Member#catalogVersion}) that it obeys the catalog version in which this generation began,
 * or a later one: by then it has dropped what it had of the former generation, and asks for it no
 * more. A member that joins later never had any.
 *
 * @param tenant whose quota the leases count against
 * @param portsMax how many ports all pools of the tenant together may lease in this lease group
 *     (its slice of the quota); 0 where there is no quota. All pools of one tenant say the same
 */
public record Pool(PoolId id, TenantId tenant, long portsMax) {

    public Pool {
        if (portsMax < 0) {
            throw new IllegalArgumentException("a quota of " + portsMax + " ports is negative");
        }
    }
}
