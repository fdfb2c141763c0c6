package io.sallyport.gateway.view;

import io.sallyport.ids.SubnetId;
import io.sallyport.net.IpPrefix;
import java.util.Optional;

/**
 * A subnet of a VPC, which no other of it overlaps.
 *
 * @param acl what stands at its boundary; empty: nothing
 * @param routes its own; empty: those of its VPC
 */
public record SubnetView(
        SubnetId id, IpPrefix prefix, Optional<AclView> acl, Optional<RoutesView> routes) {

    /** Without routes of its own. */
    public SubnetView(SubnetId id, IpPrefix prefix, Optional<AclView> acl) {
        this(id, prefix, acl, Optional.empty());
    }
}
