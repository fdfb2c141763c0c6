package io.sallyport.store;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.ids.EipId;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One tenant with one gateway and one elastic IP, and nodes that serve it. */
public final class TestCommands {

    public static final EipId EIP = new EipId("eipalloc-00000000000000001");
    private static final TenantId TENANT = new TenantId("111122223333");
    private static final VpcId VPC = new VpcId("vpc-00000000000000001");
    private static final SubnetId SUBNET = new SubnetId("subnet-00000000000000001");
    private static final GatewayId GATEWAY = new GatewayId("nat-00000000000000001");
    private static final InterfaceId INTERFACE = new InterfaceId("eni-00000000000000001");

    private TestCommands() {}

    /** In order; the last one attaches {@link #EIP}. */
    public static List<CatalogCommand> attachedEip() {
        return List.of(
                tenant(0),
                new CatalogCommand.PutPool("public", List.of(IpPrefix.parse("203.0.113.0/24"))),
                new CatalogCommand.CreateVpc(TENANT, VPC, List.of(IpPrefix.parse("10.0.0.0/16"))),
                new CatalogCommand.CreateSubnet(TENANT, SUBNET, VPC, IpPrefix.parse("10.0.1.0/24")),
                new CatalogCommand.CreateGateway(
                        TENANT, GATEWAY, SUBNET, INTERFACE, Optional.empty(), 2),
                new CatalogCommand.AllocateAddress(TENANT, EIP, "public", false, Optional.empty()),
                new CatalogCommand.MoveAddress(
                        TENANT,
                        EIP,
                        new Resource.Owner.OfGateway(GATEWAY),
                        new CatalogCommand.Existing.End()));
    }

    /** The tenant above, or another one. */
    public static CatalogCommand.PutTenant tenant(int number) {
        return new CatalogCommand.PutTenant(
                new TenantId(String.valueOf(111122223333L + number)),
                "tenant " + number,
                "%064x".formatted(number));
    }

    public static AllocatorCommand.Join join(String node) {
        return new AllocatorCommand.Join(
                new NodeId(node),
                "machine-" + node + "/boot-1",
                Endpoint.parse("192.0.2.1:7000"),
                Endpoint.parse("192.0.2.1:9000"));
    }

    public static AllocatorCommand.Renew renew(Incarnation incarnation, String... unreachable) {
        return new AllocatorCommand.Renew(
                incarnation,
                Epoch.NONE,
                Set.copyOf(java.util.Arrays.stream(unreachable).map(NodeId::new).toList()),
                Map.of(),
                1);
    }

    public static LeaseKey key(IpAddress eip, long poolGeneration) {
        return new LeaseKey(
                eip,
                poolGeneration,
                new Destination(Protocol.TCP, IpAddress.parse("198.51.100.1"), 443));
    }

    public static AllocatorCommand.Acquire acquire(
            Incarnation incarnation, LeaseKey key, int want, Epoch epoch) {
        return new AllocatorCommand.Acquire(incarnation, key, want, epoch);
    }
}
