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
import java.util.stream.Stream;

/**
 * A thing in the catalog. {@code version} is the catalog version (log index) of its last change; a
 * node whose applied version is at least that obeys it.
 */
public sealed interface Resource {

    /** Unique among all resources; the map key. */
    String key();

    long version();

    /** A resource that belongs to a tenant; to any other tenant it does not exist. */
    sealed interface Owned extends Resource
            permits Vpc,
                    Subnet,
                    ElasticIp,
                    Gateway,
                    NetworkInterface,
                    NetworkAcl,
                    FlowLog,
                    Label,
                    FormerGateway,
                    Routing {
        TenantId tenant();
    }

    /**
     * Who pays.
     *
     * @param apiKeys what the tenant shows to REST, the oldest first; never empty
     * @param accessKeys what the tenant signs requests as; their secrets are nowhere in the catalog
     */
    record Tenant(
            TenantId id,
            String name,
            List<ApiKey> apiKeys,
            List<AccessKey> accessKeys,
            long version)
            implements Resource {
        public Tenant {
            apiKeys = List.copyOf(apiKeys);
            accessKeys = List.copyOf(accessKeys);
        }

        /** With one key, which may do everything. */
        public Tenant(TenantId id, String name, String keyHash, long version) {
            this(id, name, List.of(new ApiKey(keyHash, KeyScope.FULL)), List.of(), version);
        }

        @Override
        public String key() {
            return id.value();
        }

        /** Whether all keys may do everything, and there is no second one for REST. */
        boolean isPlain() {
            return apiKeys.size() == 1
                    && Stream.concat(
                                    apiKeys.stream().map(ApiKey::scope),
                                    accessKeys.stream().map(AccessKey::scope))
                            .allMatch(KeyScope.FULL::equals);
        }
    }

    /**
     * How much a tenant may have, where the operator has said so.
     *
     * @param limits what is not among them is as by default
     */
    record Quotas(TenantId tenant, SortedMap<Quota, Integer> limits, long version)
            implements Resource {
        public Quotas {
            limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
        }

        public static String keyOf(TenantId tenant) {
            return "quotas:" + tenant;
        }

        int limit(Quota quota) {
            return limits.getOrDefault(quota, quota.byDefault());
        }

        @Override
        public String key() {
            return keyOf(tenant);
        }
    }

    /**
     * @param hash lower-case hex SHA-256 of the API key; the key itself is never stored
     */
    record ApiKey(String hash, KeyScope scope) {

        private static final int ID = 16;

        /** By which it is told from the tenant's other: it says nothing of the key. */
        public String id() {
            return hash.substring(0, ID);
        }
    }

    record AccessKey(AccessKeyId id, KeyScope scope) {}

    /**
     * Addresses that the operator lets tenants allocate from.
     *
     * @param isPrivate nobody allocates these: private gateways in subnets of these addresses
     *     translate to their own address in the subnet, to which the operator's network leads
     */
    record AddressPool(String name, List<IpPrefix> prefixes, boolean isPrivate, long version)
            implements Resource {
        public AddressPool {
            prefixes = List.copyOf(prefixes);
        }

        public boolean holds(IpAddress address) {
            return prefixes.stream().anyMatch(prefix -> prefix.contains(address));
        }

        @Override
        public String key() {
            return keyOf(name);
        }

        public static String keyOf(String name) {
            return "pool:" + name;
        }
    }

    record Vpc(
            VpcId id,
            TenantId tenant,
            List<IpPrefix> prefixes,
            Optional<Attachment> attachment,
            long version)
            implements Owned {
        public Vpc {
            prefixes = List.copyOf(prefixes);
        }

        @Override
        public String key() {
            return id.value();
        }
    }

    /** How a VPC reaches the gateway nodes; set by the operator. */
    sealed interface Attachment {

        /** The VPC's number on the wire and in every key: 24 bits, unique among VPCs. */
        int number();

        /**
         * @param vni 1 to {@link #VNI_MAX}
         * @param endpoints from where its packets may come
         */
        record Vxlan(int vni, List<IpPrefix> endpoints) implements Attachment {
            public static final int VNI_MAX = 0xefffff;

            public Vxlan {
                endpoints = List.copyOf(endpoints);
            }

            @Override
            public int number() {
                return vni;
            }
        }

        /**
         * Plain interfaces of the node, by name.
         *
         * @param number above {@link Vxlan#VNI_MAX}; 0 in a command lets the law choose
         */
        record Interfaces(List<String> names, int number) implements Attachment {
            public Interfaces {
                names = List.copyOf(names);
            }
        }
    }

    /**
     * @param association empty only where its VPC was made before VPCs had a default ACL
     */
    record Subnet(
            SubnetId id,
            TenantId tenant,
            VpcId vpc,
            IpPrefix prefix,
            Optional<AclAssociation> association,
            long version)
            implements Owned {

        /** Without an ACL. */
        public Subnet(SubnetId id, TenantId tenant, VpcId vpc, IpPrefix prefix, long version) {
            this(id, tenant, vpc, prefix, Optional.empty(), version);
        }

        public Optional<AclId> acl() {
            return association.map(AclAssociation::acl);
        }

        /** As it is: what hangs on it has changed. */
        Subnet at(long index) {
            return new Subnet(id, tenant, vpc, prefix, association, index);
        }

        @Override
        public String key() {
            return id.value();
        }
    }

    /** Who alone may send from an elastic IP and is sent what comes to it. */
    sealed interface Owner {

        /** It translates its VPC's connections to the address, port by port. */
        record OfGateway(GatewayId gateway) implements Owner {}

        /**
         * One instance has the whole address, 1:1: every packet of any protocol, without state.
         *
         * @param tunnelEndpoint its host on the underlay; empty where its VPC is on plain
         *     interfaces
         * @param mac its own, in the low 48 bits
         */
        record OfInstance(
                VpcId vpc, IpAddress privateAddress, Optional<IpAddress> tunnelEndpoint, long mac)
                implements Owner {

            /** Whether it is the same instance, wherever it runs. */
            public boolean isSame(Owner other) {
                return other instanceof OfInstance that
                        && that.vpc.equals(vpc)
                        && that.privateAddress.equals(privateAddress);
            }
        }
    }

    /**
     * An elastic IP that is to move: its owner opens no connection any more, those that it has go
     * on until the last has ended, or until time is up.
     *
     * @param next who owns it then; empty: nobody
     * @param untilEpochMillis by the wall clock of whoever leads the stores; no rule depends on it
     */
    record Drain(Optional<Owner> next, long untilEpochMillis) {}

    /**
     * @param poolGeneration number of this life of the address: the version at which its owner
     *     became that, and who owned it before was to drop what he had
     * @param owner nobody, or exactly one
     * @param open whether every member that is not dead has dropped what was of the former life:
     *     until then the owner sends nothing from the address
     * @param drain the move that waits for the owner's connections
     */
    record ElasticIp(
            EipId id,
            TenantId tenant,
            IpAddress address,
            long poolGeneration,
            Optional<Owner> owner,
            boolean open,
            Optional<Drain> drain,
            long version)
            implements Owned {
        @Override
        public String key() {
            return id.value();
        }

        /** The gateway that owns it; empty where nobody or an instance does. */
        public Optional<GatewayId> gateway() {
            return owner.filter(Owner.OfGateway.class::isInstance)
                    .map(Owner.OfGateway.class::cast)
                    .map(Owner.OfGateway::gateway);
        }

        /** The instance that owns it; likewise. */
        public Optional<Owner.OfInstance> instance() {
            return owner.filter(Owner.OfInstance.class::isInstance)
                    .map(Owner.OfInstance.class::cast);
        }

        /** Owner and the one to come. */
        Stream<Owner> owners() {
            return Stream.concat(owner.stream(), drain.flatMap(Drain::next).stream());
        }

        /** Of nobody: nothing is waited for. */
        ElasticIp released(long index) {
            return new ElasticIp(
                    id,
                    tenant,
                    address,
                    poolGeneration,
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    index);
        }

        /** A new life, which opens when all have dropped the former one. */
        ElasticIp ownedBy(Owner next, long index) {
            return new ElasticIp(
                    id, tenant, address, index, Optional.of(next), false, Optional.empty(), index);
        }

        /** The same life, in which connections go on. */
        ElasticIp handedTo(Owner next, long index) {
            return new ElasticIp(
                    id,
                    tenant,
                    address,
                    poolGeneration,
                    Optional.of(next),
                    open,
                    Optional.empty(),
                    index);
        }

        /** The owner, or the one to come, is at another place. */
        ElasticIp placed(Owner.OfInstance at, long index) {
            return owner.filter(at::isSame).isPresent()
                    ? handedTo(at, index)
                    : draining(
                            drain.map(d -> new Drain(Optional.of(at), d.untilEpochMillis())),
                            index);
        }

        ElasticIp draining(Optional<Drain> towards, long index) {
            return new ElasticIp(id, tenant, address, poolGeneration, owner, open, towards, index);
        }

        ElasticIp opened(long index) {
            return new ElasticIp(id, tenant, address, poolGeneration, owner, true, drain, index);
        }
    }

    /**
     * @param networkInterface its interface in the subnet, by which flow logs name it
     * @param privateAddress its address in the subnet, which flow logs show instead of the EIP
     * @param privateAddressV6 likewise for IPv6
     * @param copies R: how many nodes hold a connection before its first packet leaves, 1 to 8
     */
    record Gateway(
            GatewayId id,
            TenantId tenant,
            VpcId vpc,
            SubnetId subnet,
            InterfaceId networkInterface,
            IpAddress privateAddress,
            Optional<IpAddress> privateAddressV6,
            Optional<AclId> acl,
            int copies,
            long version)
            implements Owned {
        @Override
        public String key() {
            return id.value();
        }
    }

    /**
     * An instance's place in a subnet, by name. Nodes know of it by its elastic IP alone.
     *
     * @param mac its own, in the low 48 bits
     * @param tunnelEndpoint its host on the underlay; empty where its VPC is on plain interfaces,
     *     or it is nowhere yet
     */
    record NetworkInterface(
            InterfaceId id,
            TenantId tenant,
            VpcId vpc,
            SubnetId subnet,
            IpAddress privateAddress,
            long mac,
            Optional<IpAddress> tunnelEndpoint,
            long version)
            implements Owned {
        @Override
        public String key() {
            return id.value();
        }

        /** What an elastic IP belongs to that is tied to this. */
        public Owner.OfInstance instance() {
            return new Owner.OfInstance(vpc, privateAddress, tunnelEndpoint, mac);
        }

        NetworkInterface at(long otherMac, Optional<IpAddress> endpoint, long index) {
            return new NetworkInterface(
                    id, tenant, vpc, subnet, privateAddress, otherMac, endpoint, index);
        }
    }

    /**
     * Which ACL stands at a subnet's boundary.
     *
     * @param since the version at which it began to
     */
    record AclAssociation(AclId acl, long since) {}

    /**
     * @param vpc whose subnets and gateways it is for; empty: any gateway of the tenant, no subnet
     * @param isDefault whether subnets of the VPC have it from the first; it goes with the VPC
     * @param stateful whether replies of connections that it lets out pass, whatever its rules say
     */
    record NetworkAcl(
            AclId id,
            TenantId tenant,
            Optional<VpcId> vpc,
            boolean isDefault,
            boolean stateful,
            List<AclEntry> entries,
            long version)
            implements Owned {
        public NetworkAcl {
            entries = List.copyOf(entries);
        }

        /** For gateways, stateless. */
        public NetworkAcl(AclId id, TenantId tenant, List<AclEntry> entries, long version) {
            this(id, tenant, Optional.empty(), false, false, entries, version);
        }

        /** With other entries, and stateful or not. */
        NetworkAcl with(List<AclEntry> others, boolean tracks, long index) {
            return new NetworkAcl(id, tenant, vpc, isDefault, tracks, others, index);
        }

        @Override
        public String key() {
            return id.value();
        }
    }

    /** Whose traffic a flow log is about. */
    sealed interface Scope {

        /** Of the resource that the tenant named. */
        String key();

        /** Whether records of that gateway's interface are wanted. */
        boolean holds(Gateway gateway);

        /** Whether it is that gateway and nothing else: it goes when the gateway does. */
        default boolean isOf(Gateway gateway) {
            return false;
        }

        record OfGateway(GatewayId gateway) implements Scope {
            @Override
            public String key() {
                return gateway.value();
            }

            @Override
            public boolean holds(Gateway other) {
                return other.id().equals(gateway);
            }

            @Override
            public boolean isOf(Gateway other) {
                return holds(other);
            }
        }

        /** A gateway, named by its interface. */
        record OfInterface(InterfaceId networkInterface) implements Scope {
            @Override
            public String key() {
                return networkInterface.value();
            }

            @Override
            public boolean holds(Gateway gateway) {
                return gateway.networkInterface().equals(networkInterface);
            }

            @Override
            public boolean isOf(Gateway gateway) {
                return holds(gateway);
            }
        }

        /** All gateways that are or will be in it. */
        record OfSubnet(SubnetId subnet) implements Scope {
            @Override
            public String key() {
                return subnet.value();
            }

            @Override
            public boolean holds(Gateway gateway) {
                return gateway.subnet().equals(subnet);
            }
        }

        /** Likewise. */
        record OfVpc(VpcId vpc) implements Scope {
            @Override
            public String key() {
                return vpc.value();
            }

            @Override
            public boolean holds(Gateway gateway) {
                return gateway.vpc().equals(vpc);
            }
        }
    }

    /**
     * How a flow log is written.
     *
     * @param format its fields as the API takes them; "" for AWS's default
     * @param parquet else lines of text
     * @param hive folders named as Hive's partitions
     * @param perHour a folder an hour; else a day
     * @param aggregationSeconds 60 or 600
     */
    record LogForm(
            String format, boolean parquet, boolean hive, boolean perHour, int aggregationSeconds) {

        public static final LogForm DEFAULT = new LogForm("", false, false, false, 60);
    }

    /** A subscription: records into a bucket of the tenant. {@code prefix} may be "". */
    record FlowLog(
            FlowLogId id,
            TenantId tenant,
            Scope scope,
            String bucket,
            String prefix,
            TrafficType trafficType,
            LogForm form,
            long version)
            implements Owned {

        /** Of one gateway, written as by default. */
        public FlowLog(
                FlowLogId id,
                TenantId tenant,
                GatewayId gateway,
                String bucket,
                String prefix,
                TrafficType trafficType,
                long version) {
            this(
                    id,
                    tenant,
                    new Scope.OfGateway(gateway),
                    bucket,
                    prefix,
                    trafficType,
                    LogForm.DEFAULT,
                    version);
        }

        @Override
        public String key() {
            return id.value();
        }
    }

    /**
     * What is said about a resource and no node obeys: so it has a version of its own, and a new
     * tag makes nobody wait.
     *
     * @param of the resource's key
     * @param createdEpochMillis by the clock of whoever asked for the resource; 0 where it was not
     *     told
     */
    record Label(
            String of,
            TenantId tenant,
            long createdEpochMillis,
            SortedMap<String, String> tags,
            long version)
            implements Owned {
        public Label {
            tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        }

        @Override
        public String key() {
            return keyOf(of);
        }

        public static String keyOf(String of) {
            return "label:" + of;
        }
    }

    /**
     * A gateway that is gone, kept for a while so that who waits for its end sees it.
     *
     * @param was as it was last
     * @param label likewise
     * @param addresses the elastic IPs that it had
     * @param deletedEpochMillis by the clock of whoever asked for it
     */
    record FormerGateway(
            Gateway was,
            Label label,
            List<FormerAddress> addresses,
            long deletedEpochMillis,
            long version)
            implements Owned {
        public FormerGateway {
            addresses = List.copyOf(addresses);
        }

        @Override
        public String key() {
            return keyOf(was.key());
        }

        @Override
        public TenantId tenant() {
            return was.tenant();
        }

        public static String keyOf(String gateway) {
            return "former:" + gateway;
        }
    }

    record FormerAddress(EipId id, IpAddress address) {}

    enum TrafficType {
        ACCEPT,
        REJECT,
        ALL
    }
}
