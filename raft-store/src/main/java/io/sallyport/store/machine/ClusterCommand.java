package io.sallyport.store.machine;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;

/**
 * What the stores say to themselves about the cluster, through the log of the control group.
 *
 * <pre>
 * | version 1 | kind 1 | ... |     Found: | groups 2 |
 * </pre>
 */
public sealed interface ClusterCommand {

    int VERSION = 1;

    /** Most lease groups: each is a log, some threads and a database on every store. */
    int LEASE_GROUPS_MAX = 64;

    /**
     * The cluster has so many lease groups, from now on and for good: the first to say so is right.
     *
     * @param leaseGroups 1 to {@link LeaseGroups#MOST}
     */
    record Found(int leaseGroups) implements ClusterCommand {
        public Found {
            if (leaseGroups < 1 || leaseGroups > LEASE_GROUPS_MAX) {
                throw new IllegalArgumentException(
                        leaseGroups + " lease groups are not 1 to " + LEASE_GROUPS_MAX);
            }
        }
    }

    static byte[] encode(ClusterCommand command) {
        return switch (command) {
            case Found(int leaseGroups) ->
                    new WireWriter().u8(VERSION).u8(1).u16(leaseGroups).toBytes();
        };
    }

    /**
     * @throws WireException where the bytes are no such command
     */
    static ClusterCommand decode(byte[] bytes) {
        return WireReader.whole(
                bytes,
                in -> {
                    in.expect(VERSION, "version of a cluster command");
                    in.expect(1, "kind of a cluster command");
                    return new Found(in.u16());
                });
    }
}
