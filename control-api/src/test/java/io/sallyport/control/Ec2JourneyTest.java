package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.Ec2.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.AllocateAddressResponse;
import software.amazon.awssdk.services.ec2.model.CreateFlowLogsRequest;
import software.amazon.awssdk.services.ec2.model.CreateFlowLogsResponse;
import software.amazon.awssdk.services.ec2.model.CreateNatGatewayRequest;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.FlowLogsResourceType;
import software.amazon.awssdk.services.ec2.model.LogDestinationType;
import software.amazon.awssdk.services.ec2.model.NatGateway;
import software.amazon.awssdk.services.ec2.model.NatGatewayAddressStatus;
import software.amazon.awssdk.services.ec2.model.NatGatewayState;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagDescription;
import software.amazon.awssdk.services.ec2.model.TrafficType;
import software.amazon.awssdk.services.ec2.waiters.Ec2Waiter;

/** AWS's own client for Java, as it is published, against the whole process. */
class Ec2JourneyTest {

    /** What no careless writer of XML survives. */
    private static final String AWKWARD =
            "<a href=\"x\">&amp; 'Z\u00fcrich' \uD83D\uDE80 ]]>\r\n\t";

    private Tenant tenant;
    private Ec2Client ec2;

    @BeforeEach
    void aTenantAndANode() {
        Api.pool();
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
        ec2 = tenant.client();
    }

    @AfterEach
    void close() {
        ec2.close();
        Api.STORE.noNodes();
    }

    private Ec2Waiter waiter() {
        return Ec2Waiter.builder()
                .client(ec2)
                .overrideConfiguration(
                        WaiterOverrideConfiguration.builder()
                                .maxAttempts(100)
                                .backoffStrategyV2(
                                        BackoffStrategy.fixedDelay(Duration.ofMillis(50)))
                                .build())
                .build();
    }

    private String vpc() {
        return ec2.createVpc(r -> r.cidrBlock("10.0.0.0/16")).vpc().vpcId();
    }

    private String subnet(String vpc) {
        return ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("10.0.1.0/24")).subnet().subnetId();
    }

    private NatGateway natGateway(String id) {
        return ec2.describeNatGateways(r -> r.natGatewayIds(id)).natGateways().getFirst();
    }

    private static String code(Ec2Exception e) {
        return e.awsErrorDetails().errorCode();
    }

    @Test
    void natGatewayLivesFromItsFirstSubnetToItsDeletion() {
        assertThat(ec2.describeRegions().regions().getFirst().regionName()).isEqualTo("us-east-1");
        String zone = ec2.describeAvailabilityZones().availabilityZones().getFirst().zoneName();
        String vpc = vpc();
        waiter().waitUntilVpcAvailable(r -> r.vpcIds(vpc));
        String subnet =
                ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("10.0.1.0/24").availabilityZone(zone))
                        .subnet()
                        .subnetId();
        waiter().waitUntilSubnetAvailable(r -> r.subnetIds(subnet));
        AllocateAddressResponse eip =
                ec2.allocateAddress(r ->
                        r.domain("vpc")
                                .tagSpecifications(t ->
                                        t.resourceType(ResourceType.ELASTIC_IP)
                                                .tags(
                                                        Tag.builder()
                                                                .key("Name")
                                                                .value("out")
                                                                .build())));
        Instant before = Instant.now().minusSeconds(1);
        NatGateway made =
                ec2.createNatGateway(r ->
                                r.subnetId(subnet)
                                        .allocationId(eip.allocationId())
                                        .tagSpecifications(t ->
                                                t.resourceType(ResourceType.NATGATEWAY)
                                                        .tags(
                                                                Tag.builder()
                                                                        .key(AWKWARD)
                                                                        .value(AWKWARD)
                                                                        .build())))
                        .natGateway();
        String id = made.natGatewayId();
        assertThat(made.state()).isIn(NatGatewayState.PENDING, NatGatewayState.AVAILABLE);
        waiter().waitUntilNatGatewayAvailable(r -> r.natGatewayIds(id));

        NatGateway gateway = natGateway(id);
        assertThat(gateway.createTime()).isBetween(before, Instant.now().plusSeconds(1));
        assertThat(gateway.vpcId()).isEqualTo(vpc);
        assertThat(gateway.tags())
                .containsExactly(Tag.builder().key(AWKWARD).value(AWKWARD).build());
        assertThat(gateway.natGatewayAddresses()).hasSize(1);
        assertThat(gateway.natGatewayAddresses().getFirst().publicIp()).isEqualTo(eip.publicIp());
        assertThat(gateway.natGatewayAddresses().getFirst().privateIp()).isEqualTo("10.0.1.4");
        assertThat(gateway.natGatewayAddresses().getFirst().isPrimary()).isTrue();
        assertThat(gateway.natGatewayAddresses().getFirst().status())
                .isEqualTo(NatGatewayAddressStatus.SUCCEEDED);
        assertThat(ec2.describeAddresses().addresses())
                .singleElement()
                .satisfies(address -> {
                    assertThat(address.associationId())
                            .isEqualTo(gateway.natGatewayAddresses().getFirst().associationId());
                    assertThat(address.tags()).hasSize(1);
                });
        assertThatThrownBy(() -> ec2.releaseAddress(r -> r.allocationId(eip.allocationId())))
                .isInstanceOfSatisfying(
                        Ec2Exception.class,
                        e -> assertThat(code(e)).isEqualTo("InvalidIPAddress.InUse"));

        assertThat(ec2.deleteNatGateway(r -> r.natGatewayId(id)).natGatewayId()).isEqualTo(id);
        waiter().waitUntilNatGatewayDeleted(r -> r.natGatewayIds(id));
        NatGateway gone = natGateway(id);
        assertThat(gone.state()).isEqualTo(NatGatewayState.DELETED);
        assertThat(gone.deleteTime()).isAfterOrEqualTo(gone.createTime());
        assertThat(gone.tags()).hasSize(1);
        ec2.releaseAddress(r -> r.allocationId(eip.allocationId()));
        ec2.deleteSubnet(r -> r.subnetId(subnet));
        ec2.deleteVpc(r -> r.vpcId(vpc));
        assertThat(ec2.describeVpcs().vpcs()).isEmpty();
        assertThat(ec2.describeTags().tags()).isEmpty();
    }

    @Test
    void addressesComeAndGoWhileTheFirstStays() {
        String subnet = subnet(vpc());
        List<String> eips = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            eips.add(ec2.allocateAddress(r -> r.domain("vpc")).allocationId());
        }
        String id =
                ec2.createNatGateway(r ->
                                r.subnetId(subnet)
                                        .allocationId(eips.get(0))
                                        .secondaryAllocationIds(eips.get(1)))
                        .natGateway()
                        .natGatewayId();
        assertThat(
                        ec2.associateNatGatewayAddress(
                                        r -> r.natGatewayId(id).allocationIds(eips.get(2)))
                                .natGatewayAddresses())
                .singleElement()
                .satisfies(address -> assertThat(address.allocationId()).isEqualTo(eips.get(2)));
        var addresses = natGateway(id).natGatewayAddresses();
        assertThat(addresses).hasSize(3);
        assertThat(addresses.getFirst().allocationId()).isEqualTo(eips.getFirst());
        assertThat(addresses).filteredOn(address -> address.isPrimary()).hasSize(1);
        assertThatThrownBy(() ->
                        ec2.disassociateNatGatewayAddress(r ->
                                r.natGatewayId(id)
                                        .associationIds(addresses.getFirst().associationId())))
                .isInstanceOf(Ec2Exception.class);
        assertThat(
                        ec2.disassociateNatGatewayAddress(r ->
                                        r.natGatewayId(id)
                                                .associationIds(addresses.get(1).associationId())
                                                .maxDrainDurationSeconds(60))
                                .natGatewayAddresses())
                .singleElement()
                .satisfies(address ->
                        assertThat(address.status())
                                .isEqualTo(NatGatewayAddressStatus.DISASSOCIATING));
        assertThat(natGateway(id).natGatewayAddresses())
                .as("nobody ends drains in a store of memory")
                .filteredOn(address -> address.status() == NatGatewayAddressStatus.DISASSOCIATING)
                .hasSize(1);
        ec2.deleteNatGateway(r -> r.natGatewayId(id));
        assertThat(ec2.describeAddresses().addresses())
                .hasSize(3)
                .allSatisfy(address -> assertThat(address.associationId()).isNull());
    }

    @Test
    void oneTokenMakesOneGateway() {
        String subnet = subnet(vpc());
        String eip = ec2.allocateAddress().allocationId();
        CreateNatGatewayRequest request =
                CreateNatGatewayRequest.builder()
                        .clientToken("once")
                        .subnetId(subnet)
                        .allocationId(eip)
                        .build();
        String first = ec2.createNatGateway(request).natGateway().natGatewayId();
        assertThat(ec2.createNatGateway(request).natGateway().natGatewayId()).isEqualTo(first);
        assertThat(ec2.createNatGateway(request).clientToken()).isEqualTo("once");
        String other = ec2.allocateAddress().allocationId();
        assertThatThrownBy(
                        () -> ec2.createNatGateway(request.toBuilder().allocationId(other).build()))
                .isInstanceOfSatisfying(
                        Ec2Exception.class,
                        e -> assertThat(code(e)).isEqualTo("IdempotentParameterMismatch"));
        ec2.deleteNatGateway(r -> r.natGatewayId(first));
        assertThat(ec2.createNatGateway(request).natGateway().state())
                .as("what it made is gone, and another is not made")
                .isIn(NatGatewayState.DELETING, NatGatewayState.DELETED);
    }

    @Test
    void pagesAndFiltersOfGatewaysAreWalkedByTheClientsPaginator() {
        String subnet = subnet(vpc());
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String eip = ec2.allocateAddress().allocationId();
            String value = "n" + i;
            made.add(
                    ec2.createNatGateway(r ->
                                    r.subnetId(subnet)
                                            .allocationId(eip)
                                            .tagSpecifications(t ->
                                                    t.resourceType(ResourceType.NATGATEWAY)
                                                            .tags(
                                                                    Tag.builder()
                                                                            .key("Name")
                                                                            .value(value)
                                                                            .build())))
                            .natGateway()
                            .natGatewayId());
        }
        List<String> found =
                ec2.describeNatGatewaysPaginator(r -> r.maxResults(5)).stream()
                        .peek(page -> assertThat(page.natGateways()).hasSizeLessThanOrEqualTo(5))
                        .flatMap(page -> page.natGateways().stream())
                        .map(NatGateway::natGatewayId)
                        .toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(made);
        assertThat(
                        ec2.describeNatGateways(r ->
                                        r.filter(
                                                Filter.builder()
                                                        .name("tag:Name")
                                                        .values("n1*")
                                                        .build(),
                                                Filter.builder()
                                                        .name("subnet-id")
                                                        .values(subnet)
                                                        .build()))
                                .natGateways())
                .hasSize(3);
        assertThat(
                        ec2.describeTagsPaginator(r -> r.maxResults(5)).stream()
                                .flatMap(page -> page.tags().stream())
                                .map(TagDescription::resourceId))
                .containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void flowLogsOfWholeVpcsAndSubnetsHaveAnyFormatAndFiles() {
        String vpc = vpc();
        String subnet = subnet(vpc);
        String id =
                ec2.createFlowLogs(r ->
                                r.resourceIds(vpc)
                                        .resourceType(FlowLogsResourceType.VPC)
                                        .trafficType(TrafficType.ALL)
                                        .logDestinationType(LogDestinationType.S3)
                                        .logDestination("arn:aws:s3:::logs")
                                        .logFormat("${version} ${pkt-srcaddr} ${flow-direction}")
                                        .destinationOptions(o ->
                                                o.fileFormat("parquet")
                                                        .hiveCompatiblePartitions(true)
                                                        .perHourPartition(true)))
                        .flowLogIds()
                        .getFirst();
        assertThat(ec2.describeFlowLogs(r -> r.flowLogIds(id)).flowLogs())
                .singleElement()
                .satisfies(log -> {
                    assertThat(log.resourceId()).isEqualTo(vpc);
                    assertThat(log.logFormat())
                            .isEqualTo("${version} ${pkt-srcaddr} ${flow-direction}");
                    assertThat(log.maxAggregationInterval()).isEqualTo(600);
                    assertThat(log.destinationOptions().fileFormatAsString()).isEqualTo("parquet");
                    assertThat(log.destinationOptions().hiveCompatiblePartitions()).isTrue();
                    assertThat(log.destinationOptions().perHourPartition()).isTrue();
                });
        assertThat(
                        ec2.createFlowLogs(r ->
                                        r.resourceIds(subnet, vpc)
                                                .resourceType(FlowLogsResourceType.SUBNET)
                                                .trafficType(TrafficType.ALL)
                                                .logDestinationType(LogDestinationType.S3)
                                                .logDestination("arn:aws:s3:::logs"))
                                .unsuccessful())
                .singleElement()
                .satisfies(one ->
                        assertThat(one.error().code()).isEqualTo("InvalidSubnetID.Malformed"));
        ec2.deleteSubnet(r -> r.subnetId(subnet));
        ec2.deleteVpc(r -> r.vpcId(vpc));
        assertThat(ec2.describeFlowLogs().flowLogs()).isEmpty();
    }

    @Test
    void flowLogsAreMadeShownAndDeletedOneByOne() {
        String subnet = subnet(vpc());
        String eip = ec2.allocateAddress().allocationId();
        String eni =
                ec2.createNatGateway(r -> r.subnetId(subnet).allocationId(eip))
                        .natGateway()
                        .natGatewayAddresses()
                        .getFirst()
                        .networkInterfaceId();
        CreateFlowLogsRequest request =
                CreateFlowLogsRequest.builder()
                        .resourceIds(eni, "eni-0123456789abcdef0")
                        .resourceType(FlowLogsResourceType.NETWORK_INTERFACE)
                        .trafficType(TrafficType.REJECT)
                        .logDestinationType(LogDestinationType.S3)
                        .logDestination("arn:aws:s3:::logs/deep/")
                        .maxAggregationInterval(60)
                        .build();
        CreateFlowLogsResponse made = ec2.createFlowLogs(request);
        assertThat(made.flowLogIds()).hasSize(1);
        assertThat(made.unsuccessful())
                .singleElement()
                .satisfies(one ->
                        assertThat(one.error().code())
                                .isEqualTo("InvalidNetworkInterfaceID.NotFound"));
        assertThat(ec2.createFlowLogs(request).unsuccessful().getFirst().error().code())
                .isEqualTo("FlowLogAlreadyExists");
        assertThat(
                        ec2.describeFlowLogsPaginator(r -> r.maxResults(5)).stream()
                                .flatMap(page -> page.flowLogs().stream()))
                .singleElement()
                .satisfies(log -> {
                    assertThat(log.resourceId()).isEqualTo(eni);
                    assertThat(log.logDestination()).isEqualTo("arn:aws:s3:::logs/deep");
                    assertThat(log.trafficType()).isEqualTo(TrafficType.REJECT);
                    assertThat(log.creationTime()).isNotNull();
                });
        String id = made.flowLogIds().getFirst();
        assertThat(ec2.deleteFlowLogs(r -> r.flowLogIds(id)).unsuccessful()).isEmpty();
        assertThat(ec2.deleteFlowLogs(r -> r.flowLogIds(id)).unsuccessful()).hasSize(1);
        assertThat(ec2.describeFlowLogs().flowLogs()).isEmpty();
    }

    @Test
    void tagsAreSetChangedAndTakenAway() {
        String vpc = vpc();
        String subnet = subnet(vpc);
        ec2.createTags(r ->
                r.resources(vpc, subnet)
                        .tags(
                                Tag.builder().key("a").value(AWKWARD).build(),
                                Tag.builder().key("b").value("").build(),
                                Tag.builder().key("c").value("3").build()));
        assertThat(ec2.describeSubnets().subnets().getFirst().tags())
                .contains(Tag.builder().key("a").value(AWKWARD).build())
                .hasSize(3);
        ec2.deleteTags(r ->
                r.resources(vpc)
                        .tags(
                                Tag.builder().key("a").build(),
                                Tag.builder().key("b").value("").build(),
                                Tag.builder().key("c").value("").build()));
        assertThat(ec2.describeVpcs().vpcs().getFirst().tags())
                .containsExactly(Tag.builder().key("c").value("3").build());
        ec2.deleteTags(r -> r.resources(vpc, subnet));
        assertThat(ec2.describeTags().tags()).isEmpty();
    }
}
