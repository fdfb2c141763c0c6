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
 * A thing in the catalog. {@code version} is the catalog version (log index) of its last change; a
 * node whose applied version is at least that obeys it.
 */
public sealed interface Resource {

    /** Unique among all resources; the map key. */
    String key();

    long version();

    /** A resource that belongs to a tenant; to any other tenant it does not exist. */
    sealed interface Owned extends Resource {
        TenantId tenant();
    }

    /**
     * Who pays. {@code keyHash}: lower-case hex SHA-256 of the API key; the key itself is never
     * stored.
     */
    record Tenant(TenantId id, String name, String keyHash, long version) implements Resource {
        @Override
        public String key() {
            return id.value();
        }
    }

    /** Addresses that the operator lets tenants allocate from. */
    record AddressPool(String name, List<IpPrefix> prefixes, long version) implements Resource {
        public AddressPool {
            prefixes = List.copyOf(prefixes);
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

    record Subnet(SubnetId id, TenantId tenant, VpcId vpc, IpPrefix prefix, long version)
            implements Owned {
        @Override
        public String key() {
            return id.value();
        }
    }

    /**
     * @param poolGeneration number of this life of the address as a pool of ports: the version at
     *     which it was last attached
     * @param gateway where it is attached
     */
    record ElasticIp(
            EipId id,
            TenantId tenant,
            IpAddress address,
            long poolGeneration,
            Optional<GatewayId> gateway,
            long version)
            implements Owned {
        @Override
        public String key() {
            return id.value();
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

    record NetworkAcl(AclId id, TenantId tenant, List<AclEntry> entries, long version)
            implements Owned {
        public NetworkAcl {
            entries = List.copyOf(entries);
        }

        @Override
        public String key() {
            return id.value();
        }
    }

    /**
     * A subscription: records of one gateway into a bucket of the tenant. {@code prefix} may be "".
     */
    record FlowLog(
            FlowLogId id,
            TenantId tenant,
            GatewayId gateway,
            String bucket,
            String prefix,
            TrafficType trafficType,
            long version)
            implements Owned {
        @Override
        public String key() {
            return id.value();
        }
    }

    enum TrafficType {
        ACCEPT,
        REJECT,
        ALL
    }
}
