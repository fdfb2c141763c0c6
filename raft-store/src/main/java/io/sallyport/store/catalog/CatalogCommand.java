package io.sallyport.store.catalog;

import io.sallyport.ids.AclId;
import io.sallyport.ids.EipId;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.List;
import java.util.Optional;

/**
 * What can be asked of the catalog. Ids of new things are drawn by the caller, so that a retried
 * create names the same thing; an id that exists with the same owner answers with what exists.
 * Every tenant's command names its tenant; a foreign or missing id is {@link
 * CatalogResult.NotFound} alike.
 */
public sealed interface CatalogCommand {

    // The operator's
    record PutTenant(TenantId id, String name, String keyHash) implements CatalogCommand {}

    record DeleteTenant(TenantId id) implements CatalogCommand {}

    record PutPool(String name, List<IpPrefix> prefixes) implements CatalogCommand {}

    record DeletePool(String name) implements CatalogCommand {}

    record AttachVpc(VpcId id, Optional<Resource.Attachment> attachment)
            implements CatalogCommand {}

    // A tenant's
    record CreateVpc(TenantId tenant, VpcId id, List<IpPrefix> prefixes)
            implements CatalogCommand {}

    record DeleteVpc(TenantId tenant, VpcId id) implements CatalogCommand {}

    record CreateSubnet(TenantId tenant, SubnetId id, VpcId vpc, IpPrefix prefix)
            implements CatalogCommand {}

    record DeleteSubnet(TenantId tenant, SubnetId id) implements CatalogCommand {}

    /**
     * @param address a wished address of a pool; else the law takes a free one of the family
     */
    record AllocateAddress(
            TenantId tenant, EipId id, String pool, boolean ipv6, Optional<IpAddress> address)
            implements CatalogCommand {}

    record ReleaseAddress(TenantId tenant, EipId id) implements CatalogCommand {}

    record CreateGateway(
            TenantId tenant,
            GatewayId id,
            SubnetId subnet,
            InterfaceId networkInterface,
            Optional<IpAddress> privateAddress,
            int copies)
            implements CatalogCommand {}

    record DeleteGateway(TenantId tenant, GatewayId id) implements CatalogCommand {}

    /** What becomes of the connections that an elastic IP has when it moves. */
    sealed interface Existing {

        /** They end with the move. */
        record End() implements Existing {}

        /** They go on under the new owner: only between gateways of one VPC. */
        record Follow() implements Existing {}

        /**
         * The move waits until the last has ended, or time is up; meanwhile none is opened.
         *
         * @param untilEpochMillis {@link Resource.Drain}
         */
        record Drain(long untilEpochMillis) implements Existing {}
    }

    /**
     * Attaches an elastic IP, or moves it to another owner, all at once. To where it is: whatever
     * was to move it is called off.
     */
    record MoveAddress(TenantId tenant, EipId id, Resource.Owner to, Existing existing)
            implements CatalogCommand {}

    /**
     * A drain is over. Only the stores' leader says this, to itself.
     *
     * @param as the version of the elastic IP that the leader saw; void where it is another by now
     */
    record EndDrain(EipId id, long as) implements CatalogCommand {}

    record DetachAddress(TenantId tenant, EipId id) implements CatalogCommand {}

    /** As any create: an id that exists with other entries is a conflict, not a replacement. */
    record CreateAcl(TenantId tenant, AclId id, List<AclEntry> entries) implements CatalogCommand {}

    /** Creates the ACL or replaces all its entries. */
    record PutAcl(TenantId tenant, AclId id, List<AclEntry> entries) implements CatalogCommand {}

    record DeleteAcl(TenantId tenant, AclId id) implements CatalogCommand {}

    /** Sets or clears the gateway's ACL; without one everything is allowed. */
    record AssociateAcl(TenantId tenant, GatewayId gateway, Optional<AclId> acl)
            implements CatalogCommand {}

    /** How many nodes hold each connection of the gateway, those that exist included. */
    record SetCopies(TenantId tenant, GatewayId gateway, int copies) implements CatalogCommand {}

    record CreateFlowLog(
            TenantId tenant,
            FlowLogId id,
            GatewayId gateway,
            String bucket,
            String prefix,
            Resource.TrafficType trafficType)
            implements CatalogCommand {}

    record DeleteFlowLog(TenantId tenant, FlowLogId id) implements CatalogCommand {}
}
