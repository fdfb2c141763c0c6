package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.Ec2.Tenant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.ConnectivityType;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.NatGateway;
import software.amazon.awssdk.services.ec2.model.NatGatewayAddress;
import software.amazon.awssdk.services.ec2.model.NatGatewayAddressStatus;
import software.amazon.awssdk.services.ec2.model.NatGatewayState;

/** Gateways that translate to their own address, by AWS's client and by REST (ADR 67). */
class PrivateGatewaysTest {

    private static final String POOL = "/v1/pools/transit";

    private Tenant tenant;
    private Ec2Client ec2;

    @BeforeEach
    void aRoutedRange() {
        Api.pool();
        Api.expect(
                200,
                Api.OPERATOR,
                "PUT",
                POOL,
                "{\"prefixes\":[\"100.64.0.0/24\",\"fd64::/64\"],\"connectivity\":\"private\"}");
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
        ec2 = tenant.client();
    }

    @AfterEach
    void close() {
        ec2.close();
        Api.STORE.noNodes();
    }

    private String subnet(String cidr) {
        String vpc = ec2.createVpc(r -> r.cidrBlock("100.64.0.0/16")).vpc().vpcId();
        return ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock(cidr)).subnet().subnetId();
    }

    private NatGateway natGateway(String id) {
        return ec2.describeNatGateways(r -> r.natGatewayIds(id)).natGateways().getFirst();
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Ec2Exception.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    @Test
    void awsClientMakesOneAndSeesNoElasticIp() {
        String subnet = subnet("100.64.0.0/28");
        String token = UUID.randomUUID().toString();
        Supplier<String> create =
                () ->
                        ec2.createNatGateway(r ->
                                        r.subnetId(subnet)
                                                .connectivityType(ConnectivityType.PRIVATE)
                                                .privateIpAddress("100.64.0.9")
                                                .clientToken(token))
                                .natGateway()
                                .natGatewayId();
        String id = create.get();
        assertThat(create.get()).as("a retry").isEqualTo(id);

        NatGateway made = natGateway(id);
        assertThat(made.connectivityType()).isEqualTo(ConnectivityType.PRIVATE);
        assertThat(made.natGatewayAddresses())
                .singleElement()
                .satisfies(address -> {
                    assertThat(address.privateIp()).isEqualTo("100.64.0.9");
                    assertThat(address.isPrimary()).isTrue();
                    assertThat(address.publicIp()).isNull();
                    assertThat(address.allocationId()).isNull();
                    assertThat(address.associationId()).isNull();
                });
        assertThat(ec2.describeAddresses().addresses()).isEmpty();
        assertThat(ec2.describeNetworkInterfaces().networkInterfaces())
                .singleElement()
                .satisfies(eni -> assertThat(eni.association()).isNull());
        String eip = ec2.allocateAddress(r -> r.domain("vpc")).allocationId();
        refused(
                "InvalidParameterValue",
                () -> ec2.associateNatGatewayAddress(r -> r.natGatewayId(id).allocationIds(eip)));

        ec2.deleteNatGateway(r -> r.natGatewayId(id));
        NatGateway gone = natGateway(id);
        assertThat(gone.state()).isIn(NatGatewayState.DELETING, NatGatewayState.DELETED);
        assertThat(gone.connectivityType()).isEqualTo(ConnectivityType.PRIVATE);
        assertThat(gone.natGatewayAddresses().getFirst().allocationId()).isNull();
    }

    @Test
    void twoTenantsWithTheSameRangeGetTwoAddresses() {
        String first = subnet("100.64.0.16/28");
        String one = privateGateway(first);
        Tenant stranger = Ec2.newTenant();
        try (Ec2Client other = stranger.client()) {
            String vpc = other.createVpc(r -> r.cidrBlock("100.64.0.0/16")).vpc().vpcId();
            String same =
                    other.createSubnet(r -> r.vpcId(vpc).cidrBlock("100.64.0.16/28"))
                            .subnet()
                            .subnetId();
            refused(
                    "InvalidIPAddress.InUse",
                    () ->
                            other.createNatGateway(r ->
                                    r.subnetId(same)
                                            .connectivityType(ConnectivityType.PRIVATE)
                                            .privateIpAddress(one)));
            String two =
                    other.createNatGateway(r ->
                                    r.subnetId(same).connectivityType(ConnectivityType.PRIVATE))
                            .natGateway()
                            .natGatewayAddresses()
                            .getFirst()
                            .privateIp();
            assertThat(two).isNotEqualTo(one).startsWith("100.64.0.");
        }
    }

    @Test
    void awsClientAssignsFurtherAddresses() {
        String subnet = subnet("100.64.0.32/28");
        String token = UUID.randomUUID().toString();
        Supplier<NatGateway> create =
                () ->
                        ec2.createNatGateway(r ->
                                        r.subnetId(subnet)
                                                .connectivityType(ConnectivityType.PRIVATE)
                                                .secondaryPrivateIpAddresses("100.64.0.45")
                                                .clientToken(token))
                                .natGateway();
        String id = create.get().natGatewayId();
        assertThat(create.get().natGatewayAddresses()).as("a retry").hasSize(2);
        assertThat(
                        ec2.assignPrivateNatGatewayAddress(
                                        r -> r.natGatewayId(id).privateIpAddressCount(2))
                                .natGatewayAddresses())
                .hasSize(2)
                .allSatisfy(address -> assertThat(address.isPrimary()).isFalse());
        refused(
                "InvalidIPAddress.InUse",
                () ->
                        ec2.assignPrivateNatGatewayAddress(
                                r -> r.natGatewayId(id).privateIpAddresses("100.64.0.45")));
        refused(
                "PrivateIpAddressLimitExceeded",
                () ->
                        ec2.assignPrivateNatGatewayAddress(
                                r -> r.natGatewayId(id).privateIpAddressCount(5)));
        refused(
                "InvalidIPAddress.InUse",
                () ->
                        ec2.assignPrivateNatGatewayAddress(r ->
                                r.natGatewayId(id)
                                        .privateIpAddresses("100.64.0.46", "100.64.0.45")));
        List<NatGatewayAddress> addresses = natGateway(id).natGatewayAddresses();
        assertThat(addresses)
                .extracting(NatGatewayAddress::privateIp)
                .as("what was refused changed nothing")
                .containsExactly("100.64.0.36", "100.64.0.45", "100.64.0.37", "100.64.0.38");
        assertThat(addresses)
                .extracting(NatGatewayAddress::isPrimary)
                .containsExactly(true, false, false, false);
        assertThat(ec2.describeAddresses().addresses()).isEmpty();
        assertThat(ec2.describeNetworkInterfaces().networkInterfaces())
                .singleElement()
                .satisfies(eni ->
                        assertThat(eni.privateIpAddresses())
                                .hasSize(4)
                                .filteredOn(address -> address.primary())
                                .singleElement()
                                .satisfies(first ->
                                        assertThat(first.privateIpAddress())
                                                .isEqualTo("100.64.0.36")));

        refused(
                "InvalidIPAddress.InUse",
                () ->
                        ec2.createNatGateway(r ->
                                r.subnetId(subnet)
                                        .connectivityType(ConnectivityType.PRIVATE)
                                        .secondaryPrivateIpAddresses("100.64.0.45")));
        refused(
                "IdempotentParameterMismatch",
                () ->
                        ec2.createNatGateway(r ->
                                r.subnetId(subnet)
                                        .connectivityType(ConnectivityType.PRIVATE)
                                        .secondaryPrivateIpAddressCount(3)
                                        .clientToken(token)));
        assertThat(ec2.describeNatGateways().natGateways()).as("none is left behind").hasSize(1);
        assertThat(ec2.describeSubnets().subnets().getFirst().availableIpAddressCount())
                .isEqualTo(16 - 5 - 4);
        refused(
                "OperationNotPermitted",
                () ->
                        ec2.unassignPrivateNatGatewayAddress(
                                r -> r.natGatewayId(id).privateIpAddresses("100.64.0.36")));
        assertThat(
                        ec2.unassignPrivateNatGatewayAddress(r ->
                                        r.natGatewayId(id)
                                                .privateIpAddresses("100.64.0.45")
                                                .maxDrainDurationSeconds(60))
                                .natGatewayAddresses())
                .singleElement()
                .satisfies(address -> {
                    assertThat(address.privateIp()).isEqualTo("100.64.0.45");
                    assertThat(address.status()).isEqualTo(NatGatewayAddressStatus.UNASSIGNING);
                });
        assertThat(natGateway(id).natGatewayAddresses())
                .filteredOn(address -> address.status() == NatGatewayAddressStatus.UNASSIGNING)
                .as("nobody ends drains in a store of memory")
                .hasSize(1);
        refused(
                "IncorrectState",
                () ->
                        ec2.unassignPrivateNatGatewayAddress(
                                r -> r.natGatewayId(id).privateIpAddresses("100.64.0.37")));
        ec2.deleteNatGateway(r -> r.natGatewayId(id));
        assertThat(natGateway(id).natGatewayAddresses())
                .filteredOn(NatGatewayAddress::isPrimary)
                .singleElement()
                .satisfies(first -> assertThat(first.privateIp()).isEqualTo("100.64.0.36"));
        assertThat(privateGateway(subnet)).as("all are free again").isEqualTo("100.64.0.36");
    }

    private String privateGateway(String subnet) {
        return ec2.createNatGateway(
                        r -> r.subnetId(subnet).connectivityType(ConnectivityType.PRIVATE))
                .natGateway()
                .natGatewayAddresses()
                .getFirst()
                .privateIp();
    }

    @Test
    void byRestItIsOfIpv6TooAndItsAddressStaysWithIt() {
        String key = Api.newTenant();
        String vpc = Api.create(key, "/v1/vpcs", "{\"prefixes\":[\"fd64::/64\",\"10.0.0.0/16\"]}");
        String subnet =
                Api.create(
                        key,
                        "/v1/subnets",
                        "{\"vpcId\":\"%s\",\"prefix\":\"fd64::/80\"}".formatted(vpc));
        String body = "{\"subnetId\":\"%s\",\"connectivity\":\"private\"}".formatted(subnet);
        Api.Answer made = Api.expect(201, key, "POST", "/v1/gateways", body);
        assertThat(made.field("connectivity")).isEqualTo("private");
        assertThat(made.field("privateAddress")).isEqualTo("fd64::4");
        Api.Answer shown = Api.expect(200, key, "GET", "/v1/gateways/" + made.field("id"), null);
        String own = shown.json().path("elasticIps").path(0).path("id").stringValue();
        assertThat(shown.json().path("elasticIps").path(0).path("address").stringValue())
                .isEqualTo("fd64::4");
        Api.expect(409, key, "DELETE", "/v1/elastic-ips/" + own + "/attachment", null);
        Api.expect(409, key, "DELETE", "/v1/elastic-ips/" + own, null);
        String further = "/v1/gateways/" + made.field("id") + "/private-addresses";
        Map<String, String> once =
                Map.of("Idempotency-Key", "further", "Content-Type", "application/json");
        String wish = "{\"address\":\"fd64::9\"}";
        for (int i = 0; i < 2; i++) {
            Api.Answer assigned = Api.call(key, "POST", further, wish, once);
            assertThat(assigned.status()).isEqualTo(201);
            assertThat(assigned.json().path("elasticIps")).hasSize(2);
        }
        Api.expect(409, key, "POST", further, wish);
        Api.expect(400, key, "POST", further, "{\"address\":\"fd65::9\"}");
        Api.expect(409, key, "DELETE", further + "/fd64::4", null);
        Api.expect(404, key, "DELETE", further + "/fd64::a", null);
        Api.expect(404, Api.newTenant(), "DELETE", further + "/fd64::9", null);
        Api.Answer going =
                Api.expect(202, key, "DELETE", further + "/fd64::9?drainSeconds=9", null);
        String operation = going.headers().firstValue("Operation-Location").orElseThrow();
        assertThat(
                        Api.expect(200, key, "GET", operation, null)
                                .json()
                                .path("progress")
                                .path("phase")
                                .asString())
                .isEqualTo("draining");
        assertThat(Api.expect(200, Api.OPERATOR, "GET", POOL, null).field("connectivity"))
                .isEqualTo("private");
        Api.expect(204, key, "DELETE", "/v1/gateways/" + made.field("id"), null);
        Api.expect(404, key, "GET", "/v1/elastic-ips/" + own, null);
        assertThat(Api.expect(200, key, "GET", operation, null).field("state"))
                .as("it is no more")
                .isEqualTo("succeeded");
        String elsewhere =
                Api.create(
                        key,
                        "/v1/subnets",
                        "{\"vpcId\":\"%s\",\"prefix\":\"10.0.1.0/24\"}".formatted(vpc));
        Api.Answer refused =
                Api.expect(
                        400,
                        key,
                        "POST",
                        "/v1/gateways",
                        "{\"subnetId\":\"%s\",\"connectivity\":\"private\"}".formatted(elsewhere));
        assertThat(refused.field("code")).isEqualTo("invalid-value");
        Api.expect(
                400, key, "POST", "/v1/elastic-ips", "{\"pool\":\"transit\",\"family\":\"ipv4\"}");
    }
}
