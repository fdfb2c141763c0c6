package io.sallyport.gateway.view;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.sallyport.store.catalog.AclEntry;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.catalog.Resource.Attachment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewBuilderTest {

    private static final TenantId TENANT = new TenantId("111122223333");
    private static final VpcId VPC = new VpcId("vpc-00000000000000001");
    private static final SubnetId SUBNET = new SubnetId("subnet-00000000000000001");
    private static final GatewayId FIRST = new GatewayId("nat-00000000000000001");
    private static final GatewayId SECOND = new GatewayId("nat-00000000000000002");
    private static final AclId ACL = new AclId("acl-00000000000000001");
    private static final IpAddress EIP = IpAddress.parse("203.0.113.1");
    private static final AclEntry ALLOW =
            new AclEntry(100, true, -1, true, IpPrefix.parse("0.0.0.0/0"), 0, 65535, -1, -1);

    private final ViewBuilder builder = new ViewBuilder();

    private static Resource.Vpc vpc(@Nullable Attachment attachment) {
        return new Resource.Vpc(
                VPC,
                TENANT,
                List.of(IpPrefix.parse("10.0.0.0/16")),
                Optional.ofNullable(attachment),
                1);
    }

    private static final Attachment VXLAN =
            new Attachment.Vxlan(100, List.of(IpPrefix.parse("10.99.0.0/16")));

    private static Resource.Gateway gateway(GatewayId id, Optional<AclId> acl) {
        return new Resource.Gateway(
                id,
                TENANT,
                VPC,
                SUBNET,
                new InterfaceId("eni" + id.value().substring(3)),
                IpAddress.parse("10.0.1.4"),
                Optional.empty(),
                acl,
                2,
                1);
    }

    private static Resource.ElasticIp eip(String address, @Nullable GatewayId gateway) {
        return new Resource.ElasticIp(
                EipId.random(),
                TENANT,
                IpAddress.parse(address),
                7,
                Optional.ofNullable(gateway).map(Resource.Owner.OfGateway::new),
                gateway != null,
                Optional.empty(),
                1);
    }

    private NodeView build(long version, Resource... resources) {
        return builder.build(new Catalog(version, List.of(resources)), Set.of());
    }

    private static NodeView.VpcView vpcOf(NodeView view, int number) {
        return Objects.requireNonNull(view.vpcs().get(number));
    }

    private static GatewayView gatewayOf(NodeView view, int index) {
        return Objects.requireNonNull(view.gateways().get(index));
    }

    /** The gateway of all routes of VPC 100. */
    private static int serving(NodeView view) {
        List<Integer> gateways =
                vpcOf(view, 100).routes().routes().stream()
                        .map(RoutesView.Route::gateway)
                        .distinct()
                        .toList();
        assertThat(gateways).hasSize(1);
        return gateways.getFirst();
    }

    @Test
    void servesAVpcByItsFirstGatewayThatHasAnEip() {
        NodeView view =
                build(
                        9,
                        vpc(VXLAN),
                        gateway(SECOND, Optional.empty()),
                        gateway(FIRST, Optional.empty()),
                        eip("203.0.113.1", SECOND));
        assertThat(view.catalogVersion()).isEqualTo(9);
        int serving = serving(view);
        assertThat(gatewayOf(view, serving).id()).isEqualTo(SECOND);
        assertThat(view.eips()).containsExactlyEntriesOf(java.util.Map.of(EIP, serving));
        assertThat(gatewayOf(view, serving).eips()).containsExactly(new GatewayView.Eip(EIP, 7));
    }

    @Test
    void takesTheFirstGatewayWhereNoneHasAnEip() {
        NodeView view =
                build(
                        1,
                        vpc(VXLAN),
                        gateway(SECOND, Optional.empty()),
                        gateway(FIRST, Optional.empty()));
        assertThat(gatewayOf(view, serving(view)).id()).isEqualTo(FIRST);
    }

    @Test
    void leavesOutWhatIsNotAttached() {
        NodeView view =
                build(
                        1,
                        vpc(null),
                        gateway(FIRST, Optional.empty()),
                        eip("203.0.113.1", FIRST),
                        eip("203.0.113.2", null));
        assertThat(view.vpcs()).isEmpty();
        assertThat(view.gateways()).isEmpty();
        assertThat(view.eips()).isEmpty();
    }

    @Test
    void keepsAGatewaysNumberForEverAndNeverGivesItToAnother() {
        int first = serving(build(1, vpc(VXLAN), gateway(FIRST, Optional.empty())));
        int second = serving(build(2, vpc(VXLAN), gateway(SECOND, Optional.empty())));
        NodeView again =
                build(
                        3,
                        vpc(VXLAN),
                        gateway(FIRST, Optional.empty()),
                        gateway(SECOND, Optional.empty()));
        assertThat(second).isNotEqualTo(first);
        assertThat(gatewayOf(again, first).id()).isEqualTo(FIRST);
        assertThat(gatewayOf(again, second).id()).isEqualTo(SECOND);
    }

    @Test
    void tellsEachGatewaysAclAndEachSubnetsInTheVersionOfTheCatalog() {
        AclId other = new AclId("acl-00000000000000002");
        Resource.NetworkAcl own = new Resource.NetworkAcl(ACL, TENANT, List.of(), 4);
        Resource.NetworkAcl atSubnet =
                new Resource.NetworkAcl(
                        other, TENANT, Optional.of(VPC), true, true, List.of(ALLOW), 7);
        Resource.Subnet subnet =
                new Resource.Subnet(
                        SUBNET,
                        TENANT,
                        VPC,
                        IpPrefix.parse("10.0.1.0/24"),
                        Optional.of(new Resource.AclAssociation(other, 7)),
                        7);
        NodeView view =
                build(8, vpc(VXLAN), gateway(FIRST, Optional.of(ACL)), own, atSubnet, subnet);
        assertThat(gatewayOf(view, 0).acl()).contains(new AclView(ACL, 4, false, List.of()));
        assertThat(gatewayOf(view, 0).subnet()).isEqualTo(SUBNET);
        assertThat(vpcOf(view, 100).subnets())
                .containsExactly(
                        new SubnetView(
                                SUBNET,
                                IpPrefix.parse("10.0.1.0/24"),
                                Optional.of(new AclView(other, 7, true, List.of(ALLOW)))));
    }

    @Test
    void anAclThatIsNotThereDeniesEverything() {
        NodeView view = build(1, vpc(VXLAN), gateway(FIRST, Optional.of(ACL)));
        assertThat(gatewayOf(view, 0).acl()).contains(new AclView(ACL, 0, false, List.of()));
    }

    @Test
    void doesNotCarryAnEipThatTheBoxOwns() {
        Catalog catalog =
                new Catalog(
                        1,
                        List.of(
                                vpc(VXLAN),
                                gateway(FIRST, Optional.empty()),
                                eip("203.0.113.1", FIRST),
                                eip("203.0.113.2", FIRST)));
        NodeView view = builder.build(catalog, Set.of(EIP));
        assertThat(view.eips()).containsOnlyKeys(IpAddress.parse("203.0.113.2"));
        assertThat(gatewayOf(view, 0).eips()).hasSize(1);
    }

    @Test
    void bindsPlainInterfacesAndTellsWhichGatewaysAreLogged() {
        NodeView view =
                build(
                        1,
                        vpc(new Attachment.Interfaces(List.of("lan0"), 0xf00000)),
                        gateway(FIRST, Optional.empty()),
                        gateway(SECOND, Optional.empty()),
                        new Resource.FlowLog(
                                FlowLogId.random(),
                                TENANT,
                                SECOND,
                                "bucket",
                                "",
                                Resource.TrafficType.ALL,
                                1));
        assertThat(vpcOf(view, 0xf00000).interfaces()).containsExactly("lan0");
        assertThat(vpcOf(view, 0xf00000).tunnelEndpoints()).isEmpty();
        assertThat(gatewayOf(view, 0).logged()).isFalse();
        assertThat(gatewayOf(view, 1).logged()).isTrue();
    }

    @Test
    void aViewKnowsWhichLivesALaterOneEnds() {
        IpAddress address = IpAddress.parse("203.0.113.1");
        NodeView first = owned(address, 7, 3);
        assertThat(first.isFelt(owned(address, 7, 3))).isFalse();
        assertThat(first.isFelt(owned(address, 8, 3))).as("the same owner, anew").isTrue();
        assertThat(first.isFelt(owned(address, 7, 4))).as("in another VPC").isTrue();
        assertThat(first.isFelt(NodeView.EMPTY)).isTrue();
        assertThat(NodeView.EMPTY.isFelt(first)).isFalse();
    }

    private static NodeView owned(IpAddress address, long generation, int vpc) {
        GatewayView gateway =
                new GatewayView(
                        0,
                        new GatewayId("nat-00000000000000009"),
                        TENANT,
                        new InterfaceId("eni-00000000000000009"),
                        vpc,
                        SUBNET,
                        IpAddress.parse("10.0.1.4"),
                        Optional.empty(),
                        List.of(new GatewayView.Eip(address, generation)),
                        Optional.empty(),
                        2,
                        false);
        return new NodeView(
                1, java.util.Map.of(), java.util.Map.of(0, gateway), java.util.Map.of(address, 0));
    }

    @Test
    void anInstanceOwnsItsEipAndNoGatewayHasIt() {
        IpAddress address = IpAddress.parse("203.0.113.3");
        Resource.Owner owner =
                new Resource.Owner.OfInstance(
                        VPC,
                        IpAddress.parse("10.0.1.77"),
                        Optional.of(IpAddress.parse("10.99.0.1")),
                        2);
        Resource.ElasticIp eip =
                new Resource.ElasticIp(
                        EipId.random(),
                        TENANT,
                        address,
                        7,
                        Optional.of(owner),
                        false,
                        Optional.empty(),
                        7);
        NodeView view = build(7, vpc(VXLAN), eip);
        assertThat(view.eips()).isEmpty();
        assertThat(view.carried()).containsExactly(address);
        assertThat(view.instances().get(address))
                .isEqualTo(
                        new InstanceView(
                                address,
                                100,
                                IpAddress.parse("10.0.1.77"),
                                Optional.of(IpAddress.parse("10.99.0.1")),
                                2,
                                false));
        assertThat(build(8, vpc(VXLAN), opened(eip)).instances().get(address))
                .extracting(InstanceView::open)
                .isEqualTo(true);
    }

    private static Resource.ElasticIp opened(Resource.ElasticIp eip) {
        return new Resource.ElasticIp(
                eip.id(),
                eip.tenant(),
                eip.address(),
                eip.poolGeneration(),
                eip.owner(),
                true,
                Optional.empty(),
                8);
    }
}
