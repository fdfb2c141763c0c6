package io.sallyport.store.catalog;

import io.sallyport.ids.AccessKeyId;
import io.sallyport.ids.AclId;
import io.sallyport.ids.EipId;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.InternetGatewayId;
import io.sallyport.ids.RouteTableId;
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

    /** Without label and condition. */
    default CatalogCommand innermost() {
        return switch (this) {
            case Labelled labelled -> labelled.create();
            case IfUnchanged conditional -> conditional.command();
            default -> this;
        };
    }

    // The operator's
    /**
     * @param keyHash of the first key; another than its keys have ends all of these
     */
    record PutTenant(TenantId id, String name, String keyHash) implements CatalogCommand {}

    record DeleteTenant(TenantId id) implements CatalogCommand {}

    /**
     * How much the tenant may have from now on.
     *
     * @param limits what is not among them is as by default
     */
    record PutQuotas(TenantId tenant, SortedMap<Quota, Integer> limits) implements CatalogCommand {
        public PutQuotas {
            limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
        }
    }

    /**
     * The tenant may show this key from now on, too.
     *
     * @param hash {@link Resource.ApiKey#hash}
     */
    record PutApiKey(TenantId tenant, String hash, KeyScope scope) implements CatalogCommand {}

    /**
     * @param id {@link Resource.ApiKey#id}
     */
    record DeleteApiKey(TenantId tenant, String id) implements CatalogCommand {}

    /** The tenant may sign requests as this from now on. */
    record PutAccessKey(TenantId tenant, AccessKeyId id, KeyScope scope) implements CatalogCommand {

        /** Which may do everything. */
        public PutAccessKey(TenantId tenant, AccessKeyId id) {
            this(tenant, id, KeyScope.FULL);
        }
    }

    record DeleteAccessKey(TenantId tenant, AccessKeyId id) implements CatalogCommand {}

    /**
     * @param isPrivate {@link Resource.AddressPool#isPrivate}
     */
    record PutPool(String name, List<IpPrefix> prefixes, boolean isPrivate)
            implements CatalogCommand {

        /** Of elastic IPs. */
        public PutPool(String name, List<IpPrefix> prefixes) {
            this(name, prefixes, false);
        }
    }

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
            if (create instanceof Labelled || create instanceof IfUnchanged) {
                throw new IllegalArgumentException("a label is of one plain command");
            }
            tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        }
    }

    /**
     * A command that is done only where the resource is still as its caller knows it.
     *
     * @param key of the resource
     * @param versions of which its version is to be one; empty: whatever it is, so it is there
     */
    record IfUnchanged(CatalogCommand command, String key, List<Long> versions)
            implements CatalogCommand {
        public IfUnchanged {
            if (command instanceof IfUnchanged || command instanceof Labelled) {
                throw new IllegalArgumentException("a condition is of one plain command");
            }
            versions = List.copyOf(versions);
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

    /**
     * @param acl its default ACL, which allows everything at first; empty: as VPCs were made before
     *     they had one
     */
    record CreateVpc(TenantId tenant, VpcId id, List<IpPrefix> prefixes, Optional<AclId> acl)
            implements CatalogCommand {

        /** Without a default ACL. */
        public CreateVpc(TenantId tenant, VpcId id, List<IpPrefix> prefixes) {
            this(tenant, id, prefixes, Optional.empty());
        }
    }

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

    /**
     * An address that a private gateway translates to.
     *
     * @param id what it is called among elastic IPs, whose lives it has
     * @param wish within the gateway's subnet; else the lowest free one
     */
    record OwnAddress(EipId id, Optional<IpAddress> wish) {}

    /**
     * A gateway that translates to its own private address instead of elastic IPs. Its subnet is of
     * a private pool, and nobody else translates to that address; it goes with the gateway.
     *
     * @param gateway without an elastic IP
     * @param own what the address is called among elastic IPs, whose lives it has
     * @param further as by {@link AssignPrivateAddresses}
     */
    record CreatePrivateGateway(CreateGateway gateway, EipId own, List<OwnAddress> further)
            implements CatalogCommand {
        public CreatePrivateGateway {
            if (gateway.address().isPresent()) {
                throw new IllegalArgumentException("a private gateway has no elastic IP");
            }
            further = List.copyOf(further);
        }

        /** With one address. */
        public CreatePrivateGateway(CreateGateway gateway, EipId own) {
            this(gateway, own, List.of());
        }
    }

    /**
     * More addresses of its subnet for a private gateway to translate to, for other clients than
     * its first: all of them or none. {@link DrainAddress} takes one away again.
     */
    record AssignPrivateAddresses(TenantId tenant, GatewayId gateway, List<OwnAddress> addresses)
            implements CatalogCommand {
        public AssignPrivateAddresses {
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("no address to assign");
            }
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * @param privateAddress a wish within the subnet; else the lowest free one
     * @param mac {@link Resource.NetworkInterface#mac}
     */
    record CreateNetworkInterface(
            TenantId tenant,
            InterfaceId id,
            SubnetId subnet,
            Optional<IpAddress> privateAddress,
            long mac)
            implements CatalogCommand {}

    /** Where the instance is from now on; its elastic IP goes along. */
    record PlaceNetworkInterface(
            TenantId tenant, InterfaceId id, long mac, Optional<IpAddress> tunnelEndpoint)
            implements CatalogCommand {}

    record DeleteNetworkInterface(TenantId tenant, InterfaceId id) implements CatalogCommand {}

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
     * opened. Of a private gateway's further addresses: it is no more then.
     *
     * @param untilEpochMillis {@link Resource.Drain}
     */
    record DrainAddress(TenantId tenant, EipId id, long untilEpochMillis)
            implements CatalogCommand {}

    record DetachAddress(TenantId tenant, EipId id) implements CatalogCommand {}

    /**
     * As any create: an id that exists with other entries is a conflict, not a replacement.
     *
     * @param vpc {@link Resource.NetworkAcl#vpc}
     * @param stateful {@link Resource.NetworkAcl#stateful}
     */
    record CreateAcl(
            TenantId tenant,
            AclId id,
            Optional<VpcId> vpc,
            boolean stateful,
            List<AclEntry> entries)
            implements CatalogCommand {

        /** For gateways, stateless. */
        public CreateAcl(TenantId tenant, AclId id, List<AclEntry> entries) {
            this(tenant, id, Optional.empty(), false, entries);
        }
    }

    /**
     * Creates the ACL or replaces all its entries.
     *
     * @param stateful empty: as it is
     */
    record PutAcl(TenantId tenant, AclId id, Optional<Boolean> stateful, List<AclEntry> entries)
            implements CatalogCommand {

        /** Stateful or not, as it is. */
        public PutAcl(TenantId tenant, AclId id, List<AclEntry> entries) {
            this(tenant, id, Optional.empty(), entries);
        }
    }

    /**
     * One entry of an ACL.
     *
     * @param replace whether there must be one of its number and direction; else there must not
     */
    record PutAclEntry(TenantId tenant, AclId id, AclEntry entry, boolean replace)
            implements CatalogCommand {}

    record DeleteAclEntry(TenantId tenant, AclId id, boolean egress, int ruleNumber)
            implements CatalogCommand {}

    /**
     * Another ACL stands at the subnet's boundary from now on.
     *
     * @param instead of the association that began at this version; empty: of whichever it has
     */
    record AssociateSubnet(TenantId tenant, SubnetId subnet, AclId acl, Optional<Long> instead)
            implements CatalogCommand {}

    record DeleteAcl(TenantId tenant, AclId id) implements CatalogCommand {}

    /** Sets or clears the gateway's ACL; without one everything is allowed. */
    record AssociateAcl(TenantId tenant, GatewayId gateway, Optional<AclId> acl)
            implements CatalogCommand {}

    /** How many nodes hold each connection of the gateway, those that exist included. */
    record SetCopies(TenantId tenant, GatewayId gateway, int copies) implements CatalogCommand {}

    /** By which gateway packets leave a VPC: {@link Routing}. */
    sealed interface OfRouting extends CatalogCommand {

        TenantId tenant();

        /** Without a route: what has it gets nowhere. */
        record CreateRouteTable(TenantId tenant, RouteTableId id, VpcId vpc) implements OfRouting {}

        /** Refused while it is a VPC's main one, or a subnet has it. */
        record DeleteRouteTable(TenantId tenant, RouteTableId id) implements OfRouting {}

        /**
         * @param isThere whether there must be a route to that destination; empty: either
         */
        record PutRoute(
                TenantId tenant, RouteTableId table, Routing.Route route, Optional<Boolean> isThere)
                implements OfRouting {}

        record DeleteRoute(TenantId tenant, RouteTableId table, IpPrefix destination)
                implements OfRouting {}

        /**
         * @param instead of the association that began at this version; 0: it must have none;
         *     empty: whichever it has
         */
        record AssociateRouteTable(
                TenantId tenant, SubnetId subnet, RouteTableId table, Optional<Long> instead)
                implements OfRouting {}

        /**
         * The subnet has its VPC's main one again.
         *
         * @param association which began at this version; empty: whichever it has
         */
        record DisassociateRouteTable(TenantId tenant, SubnetId subnet, Optional<Long> association)
                implements OfRouting {}

        /**
         * @param instead of the one that is that since this version; empty: whichever is
         */
        record ReplaceMainRouteTable(TenantId tenant, RouteTableId table, Optional<Long> instead)
                implements OfRouting {}

        record CreateInternetGateway(TenantId tenant, InternetGatewayId id) implements OfRouting {}

        record DeleteInternetGateway(TenantId tenant, InternetGatewayId id) implements OfRouting {}

        record AttachInternetGateway(TenantId tenant, InternetGatewayId id, VpcId vpc)
                implements OfRouting {}

        record DetachInternetGateway(TenantId tenant, InternetGatewayId id, VpcId vpc)
                implements OfRouting {}
    }

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
