package io.sallyport.gateway.view;

import io.sallyport.ids.SubnetId;
import io.sallyport.net.IpPrefix;
import java.util.Optional;

/**
 * A subnet of a VPC, which no other of it overlaps.
 *
 * @param acl what stands at its boundary; empty: nothing
 */
public record SubnetView(SubnetId id, IpPrefix prefix, Optional<AclView> acl) {}
