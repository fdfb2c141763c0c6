package io.sallyport.store.catalog;

import io.sallyport.ids.AccessKeyId;
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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /** The tenant may sign requests as this from now on. */
    record PutAccessKey(TenantId tenant, AccessKeyId id) implements CatalogCommand {}

    record DeleteAccessKey(TenantId tenant, AccessKeyId id) implements CatalogCommand {}

    record PutPool(String name, List<IpPrefix> prefixes) implements CatalogCommand {}

    record DeletePool(String name) implements CatalogCommand {}

    record AttachVpc(VpcId id, Optional<Resource.Attachment> attachment)
            implements CatalogCommand {}

    // A tenant's

    /**
     * A create, and what is said about the thing that it makes: both or neither. A retry changes no
     * label.
     *
     * @param nowEpochMillis by the caller's wall clock; no rule depends on it
     */
    record Labelled(CatalogCommand create, long nowEpochMillis, SortedMap<String, String> tags)
            implements CatalogCommand {
        public Labelled {
            if (create instanceof Labelled) {
                throw new IllegalArgumentException("one label is enough");
            }
            tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        }
    }

    /** Adds tags to all of these, or to none where one is not there. */
    record PutTags(TenantId tenant, List<String> resources, SortedMap<String, String> tags)
            implements CatalogCommand {
        public PutTags {
            resources = List.copyOf(resources);
            tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        }
    }

    /**
     * Takes tags from all of these, or from none where one is not there.
     *
     * @param which empty: all tags
     */
    record DeleteTags(TenantId tenant, List<String> resources, List<TagMatch> which)
            implements CatalogCommand {
        public DeleteTags {
            resources = List.copyOf(resources);
            which = List.copyOf(which);
        }
    }

    /**
     * @param value empty: whatever it is
     */
    record TagMatch(String key, Optional<String> value) {}

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

    /**
     * @param address an elastic IP of nobody, which the gateway has from the first
     */
    record CreateGateway(
            TenantId tenant,
            GatewayId id,
            SubnetId subnet,
            InterfaceId networkInterface,
            Optional<IpAddress> privateAddress,
            int copies,
            Optional<EipId> address)
            implements CatalogCommand {

        /** Without an elastic IP at first. */
        public CreateGateway(
                TenantId tenant,
                GatewayId id,
                SubnetId subnet,
                InterfaceId networkInterface,
                Optional<IpAddress> privateAddress,
                int copies) {
            this(tenant, id, subnet, networkInterface, privateAddress, copies, Optional.empty());
        }
    }

    /** Refused while anything hangs on it. */
    record DeleteGateway(TenantId tenant, GatewayId id) implements CatalogCommand {}

    /**
     * Deletes the gateway with what hangs on it: elastic IPs become nobody's, its flow logs end. It
     * is told of as a former one for {@link CatalogLimits#FORMER_MILLIS}.
     *
     * @param nowEpochMillis by the caller's wall clock
     */
    record RetireGateway(TenantId tenant, GatewayId id, long nowEpochMillis)
            implements CatalogCommand {}

    /** What becomes of the connections that an elastic IP has when it moves. */
    sealed interface Existing {

        /** They end with the move. */
        record End() implements Existing {}

        /** There may be none: refused where somebody owns the address. */
        record None() implements Existing {}

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

    /**
     * As {@link DetachAddress}, once the last connection has ended or time is up; meanwhile none is
     * opened.
     *
     * @param untilEpochMillis {@link Resource.Drain}
     */
    record DrainAddress(TenantId tenant, EipId id, long untilEpochMillis)
            implements CatalogCommand {}

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
            Resource.Scope scope,
            String bucket,
            String prefix,
            Resource.TrafficType trafficType,
            Resource.LogForm form)
            implements CatalogCommand {

        /** Of one gateway, written as by default. */
        public CreateFlowLog(
                TenantId tenant,
                FlowLogId id,
                GatewayId gateway,
                String bucket,
                String prefix,
                Resource.TrafficType trafficType) {
            this(
                    tenant,
                    id,
                    new Resource.Scope.OfGateway(gateway),
                    bucket,
                    prefix,
                    trafficType,
                    Resource.LogForm.DEFAULT);
        }
    }

    record DeleteFlowLog(TenantId tenant, FlowLogId id) implements CatalogCommand {}
}
