package io.sallyport.store.catalog;

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
import io.sallyport.net.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Small numbers as ids and commands, so that tests read as sentences. */
final class Words {

    static final TenantId ALICE = new TenantId("111111111111");
    static final TenantId BOB = new TenantId("222222222222");

    private Words() {}

    private static String id(String kind, int number) {
        return kind + "-" + "%017x".formatted(number);
    }

    static VpcId vpc(int number) {
        return new VpcId(id("vpc", number));
    }

    static SubnetId subnet(int number) {
        return new SubnetId(id("subnet", number));
    }

    static GatewayId gateway(int number) {
        return new GatewayId(id("nat", number));
    }

    static InterfaceId networkInterface(int number) {
        return new InterfaceId(id("eni", number));
    }

    static EipId eip(int number) {
        return new EipId(id("eipalloc", number));
    }

    static AclId acl(int number) {
        return new AclId(id("acl", number));
    }

    static RouteTableId routeTable(int number) {
        return new RouteTableId(id("rtb", number));
    }

    static InternetGatewayId internetGateway(int number) {
        return new InternetGatewayId(id("igw", number));
    }

    static Routing.Route routeTo(String destination, int gateway) {
        return new Routing.Route(
                IpPrefix.parse(destination), new Routing.Target.NatGateway(gateway(gateway)));
    }

    static FlowLogId flowLog(int number) {
        return new FlowLogId(id("fl", number));
    }

    static List<IpPrefix> prefixes(String... texts) {
        return Stream.of(texts).map(IpPrefix::parse).toList();
    }

    static CatalogCommand tenant(TenantId tenant) {
        return new CatalogCommand.PutTenant(tenant, "name", tenant.value().repeat(6).substring(8));
    }

    static CatalogCommand createVpc(TenantId tenant, int number, String... prefixes) {
        return new CatalogCommand.CreateVpc(tenant, vpc(number), prefixes(prefixes));
    }

    static CatalogCommand createSubnet(TenantId tenant, int number, int vpc, String prefix) {
        return new CatalogCommand.CreateSubnet(
                tenant, subnet(number), vpc(vpc), IpPrefix.parse(prefix));
    }

    static CatalogCommand createGateway(TenantId tenant, int number, int subnet) {
        return new CatalogCommand.CreateGateway(
                tenant,
                gateway(number),
                subnet(subnet),
                networkInterface(number),
                Optional.empty(),
                2);
    }

    static CatalogCommand allocate(TenantId tenant, int number, boolean ipv6) {
        return new CatalogCommand.AllocateAddress(
                tenant, eip(number), "public", ipv6, Optional.empty());
    }

    static CatalogCommand attach(TenantId tenant, int eip, int gateway) {
        return new CatalogCommand.MoveAddress(
                tenant,
                eip(eip),
                new Resource.Owner.OfGateway(gateway(gateway)),
                new CatalogCommand.Existing.End());
    }

    static AclEntry entry(int rule, boolean egress, int protocol, boolean allow, String prefix) {
        return new AclEntry(
                rule, egress, protocol, allow, IpPrefix.parse(prefix), 0, 65535, -1, -1);
    }
}
