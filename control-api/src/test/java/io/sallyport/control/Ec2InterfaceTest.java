package io.sallyport.control;

import static io.sallyport.control.Api.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** An elastic IP of an instance's own, with AWS's client alone but for the instance's host. */
class Ec2InterfaceTest {

    private static Ec2.Tenant tenant;
    private static Ec2Client ec2;
    private static String subnet;
    private static String vpc;

    @BeforeAll
    static void aSubnetBehindTunnels() {
        Api.pool();
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
        ec2 = tenant.client();
        vpc = ec2.createVpc(r -> r.cidrBlock("10.0.0.0/16")).vpc().vpcId();
        subnet = ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("10.0.1.0/24")).subnet().subnetId();
        expect(
                200,
                Api.OPERATOR,
                "PUT",
                "/v1/vpcs/" + vpc + "/attachment",
                "{\"vxlan\":{\"vni\":4711,\"endpoints\":[\"10.99.0.0/24\"]}}");
    }

    @AfterAll
    static void close() {
        ec2.close();
        Api.STORE.noNodes();
    }

    private static String allocated() {
        return ec2.allocateAddress(r -> {}).allocationId();
    }

    private static NetworkInterface made() {
        return ec2.createNetworkInterface(r -> r.subnetId(subnet)).networkInterface();
    }

    private static void place(String eni, String host) {
        expect(
                200,
                tenant.apiKey(),
                "PUT",
                "/v1/network-interfaces/" + eni + "/placement",
                "{\"tunnelEndpoint\":\"" + host + "\"}");
    }

    private static Address shown(String allocation) {
        return ec2.describeAddresses(r -> r.allocationIds(allocation)).addresses().getFirst();
    }

    private static String refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        String[] code = new String[1];
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Ec2Exception.class, e -> code[0] = e.awsErrorDetails().errorCode());
        return code[0];
    }

    private static String tie(String allocation, String eni, boolean again) {
        return ec2.associateAddress(r ->
                        r.allocationId(allocation)
                                .networkInterfaceId(eni)
                                .allowReassociation(again))
                .associationId();
    }

    @Test
    void anElasticIpIsTiedToAnInterfaceAndGoesAlongWithIt() {
        NetworkInterface one = made();
        String eni = one.networkInterfaceId();
        assertThat(one.macAddress()).matches("02(:[0-9a-f]{2}){5}");
        assertThat(one.statusAsString()).isEqualTo("available");
        String eip = allocated();
        assertThat(refusal(() -> tie(eip, eni, false))).isEqualTo("IncorrectState");
        place(eni, "10.99.0.1");
        String association = tie(eip, eni, false);
        assertThat(tie(eip, eni, false)).as("as it is").isEqualTo(association);
        assertThat(shown(eip).networkInterfaceId()).isEqualTo(eni);
        assertThat(shown(eip).privateIpAddress()).isEqualTo(one.privateIpAddress());
        NetworkInterface tied =
                ec2.describeNetworkInterfaces(r -> r.networkInterfaceIds(eni))
                        .networkInterfaces()
                        .getFirst();
        assertThat(tied.association().associationId()).isEqualTo(association);
        assertThat(tied.association().publicIp()).isEqualTo(shown(eip).publicIp());
        place(eni, "10.99.0.2");
        assertThat(
                        expect(200, tenant.apiKey(), "GET", "/v1/elastic-ips/" + eip, null)
                                .json()
                                .path("instance")
                                .path("tunnelEndpoint")
                                .asString())
                .isEqualTo("10.99.0.2");
        ec2.disassociateAddress(r -> r.associationId(shown(eip).associationId()));
        assertThat(shown(eip).associationId()).isNull();
        ec2.deleteNetworkInterface(r -> r.networkInterfaceId(eni));
        assertThat(refusal(() -> tie(eip, eni, false)))
                .isEqualTo("InvalidNetworkInterfaceID.NotFound");
    }

    @Test
    void whatIsTiedMovesOnlyWhereThatIsAllowed() {
        String one = made().networkInterfaceId();
        String other = made().networkInterfaceId();
        place(one, "10.99.0.1");
        place(other, "10.99.0.1");
        String first = allocated();
        String second = allocated();
        tie(first, one, false);
        assertThat(refusal(() -> tie(first, other, false))).isEqualTo("Resource.AlreadyAssociated");
        assertThat(refusal(() -> tie(second, one, false))).isEqualTo("Resource.AlreadyAssociated");
        tie(first, other, true);
        assertThat(shown(first).networkInterfaceId()).isEqualTo(other);
        tie(second, other, true);
        assertThat(shown(second).networkInterfaceId()).isEqualTo(other);
        assertThat(shown(first).associationId()).as("it made room").isNull();
        ec2.deleteNetworkInterface(r -> r.networkInterfaceId(other));
        assertThat(shown(second).associationId()).isNull();
        assertThat(
                        refusal(() ->
                                ec2.associateAddress(r ->
                                        r.allocationId(first)
                                                .networkInterfaceId(one)
                                                .privateIpAddress("10.0.1.99"))))
                .isEqualTo("InvalidParameterValue");
    }

    @Test
    void aRetriedCreateMakesOneAndASubnetStaysWhileItHasOne() {
        String eni =
                ec2.createNetworkInterface(r -> r.subnetId(subnet).clientToken("same"))
                        .networkInterface()
                        .networkInterfaceId();
        assertThat(
                        ec2.createNetworkInterface(r -> r.subnetId(subnet).clientToken("same"))
                                .networkInterface()
                                .networkInterfaceId())
                .isEqualTo(eni);
        assertThat(refusal(() -> ec2.deleteSubnet(r -> r.subnetId(subnet))))
                .isEqualTo("DependencyViolation");
        assertThat(
                        refusal(() ->
                                ec2.createNetworkInterface(
                                        r -> r.subnetId(subnet).privateIpAddress("10.0.2.9"))))
                .isEqualTo("InvalidParameterValue");
    }
}
