package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.Ec2.Answer;
import io.sallyport.control.Ec2.Tenant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers are what clients' own models say of them: no element unknown, each of its type. */
class Ec2ModelTest {

    private static Tenant tenant;

    @BeforeAll
    static void aTenantAndANode() {
        Api.pool();
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
    }

    @AfterAll
    static void noNodes() {
        Api.STORE.noNodes();
    }

    /** Checked where it arrives. */
    private static Answer done(String action, String... parameters) {
        Answer answer = tenant.call(action, parameters);
        assertThat(answer.status()).as("%s: %s", action, answer.text()).isEqualTo(200);
        return answer;
    }

    private static String made(String element, String action, String... parameters) {
        return Ec2.all(done(action, parameters).text(), element).findFirst().orElseThrow();
    }

    private static String[] tagged(String type, String... parameters) {
        return Stream.concat(
                        Stream.of(parameters),
                        Stream.of(
                                "TagSpecification.1.ResourceType", type,
                                "TagSpecification.1.Tag.1.Key", "Name",
                                "TagSpecification.1.Tag.1.Value", "<&>"))
                .toArray(String[]::new);
    }

    /** With all that an answer can have in it: both families, tags, pages, refusals one by one. */
    @Test
    void everyActionAnswersAsTheModelsOfClientsSay() {
        done("DescribeRegions");
        done("DescribeAvailabilityZones");
        done("DescribeAccountAttributes");
        String vpc =
                made(
                        "vpcId",
                        "CreateVpc",
                        tagged("vpc", "CidrBlock", "10.0.0.0/16", "Ipv6CidrBlock", "fd00::/56"));
        done("DescribeVpcAttribute", "VpcId", vpc, "Attribute", "enableDnsSupport");
        String subnet =
                made(
                        "subnetId",
                        "CreateSubnet",
                        tagged("subnet", "VpcId", vpc, "CidrBlock", "10.0.1.0/24"));
        String six = made("subnetId", "CreateSubnet", "VpcId", vpc, "Ipv6CidrBlock", "fd00::/64");
        done("ModifySubnetAttribute", "SubnetId", subnet, "MapPublicIpOnLaunch.Value", "true");
        String[] eips = new String[3];
        for (int i = 0; i < eips.length; i++) {
            eips[i] = made("allocationId", "AllocateAddress", tagged("elastic-ip"));
        }
        String nat =
                made(
                        "natGatewayId",
                        "CreateNatGateway",
                        tagged(
                                "natgateway",
                                "SubnetId",
                                subnet,
                                "AllocationId",
                                eips[0],
                                "SecondaryAllocationId.1",
                                eips[1],
                                "ClientToken",
                                "once"));
        Answer associated =
                done("AssociateNatGatewayAddress", "NatGatewayId", nat, "AllocationId.1", eips[2]);
        String association = Ec2.all(associated.text(), "associationId").findFirst().orElseThrow();
        String eni = Ec2.all(associated.text(), "networkInterfaceId").findFirst().orElseThrow();
        done(
                "DisassociateNatGatewayAddress",
                "NatGatewayId",
                nat,
                "AssociationId.1",
                association,
                "MaxDrainDurationSeconds",
                "60");
        Answer logs =
                done(
                        "CreateFlowLogs",
                        tagged(
                                "vpc-flow-log",
                                "ResourceId.1",
                                eni,
                                "ResourceId.2",
                                "eni-0123456789abcdef0",
                                "ResourceType",
                                "NetworkInterface",
                                "TrafficType",
                                "ALL",
                                "LogDestinationType",
                                "s3",
                                "LogDestination",
                                "arn:aws:s3:::logs/deep",
                                "ClientToken",
                                "once"));
        String log = Ec2.all(logs.text(), "item").findFirst().orElseThrow();
        done("DescribeFlowLogs");
        done("DescribeNetworkInterfaces");
        done("DescribeRouteTables");
        done("DescribeInternetGateways");
        done("CreateTags", "ResourceId.1", nat, "Tag.1.Key", "a", "Tag.1.Value", "b");
        done("DescribeTags", "MaxResults", "5");
        done("DeleteTags", "ResourceId.1", nat, "Tag.1.Key", "a");
        done("DescribeVpcs");
        done("DescribeSubnets");
        done("DescribeAddresses");
        done("DescribeAddressesAttribute", "AllocationId.1", eips[0]);
        done("DescribeNatGateways");
        Api.expect(
                200,
                Api.OPERATOR,
                "PUT",
                "/v1/vpcs/" + vpc + "/attachment",
                "{\"interfaces\":[\"eth9\"]}");
        String whole = made("allocationId", "AllocateAddress");
        Api.expect(
                200,
                tenant.apiKey(),
                "PUT",
                "/v1/elastic-ips/" + whole + "/attachment",
                "{\"instance\":{\"vpcId\":\"%s\",\"privateAddress\":\"10.0.1.77\",".formatted(vpc)
                        + "\"mac\":\"02:00:00:00:00:01\"}}");
        String tie = made("associationId", "DescribeAddresses", "AllocationId.1", whole);
        done("DisassociateAddress", "AssociationId", tie);
        networkInterface(subnet, whole);
        done("ReleaseAddress", "AllocationId", whole);
        done("DeleteFlowLogs", "FlowLogId.1", log, "FlowLogId.2", "fl-0123456789abcdef0");
        done("DeleteNatGateway", "NatGatewayId", nat);
        done("DescribeNatGateways", "NatGatewayId.1", nat);
        for (String eip : eips) {
            done("ReleaseAddress", "AllocationId", eip);
        }
        networkAcls(vpc, six);
        routes(vpc, subnet);
        privateGateway(subnet);
        for (String each : List.of(subnet, six)) {
            done("DeleteSubnet", "SubnetId", each);
        }
        done("DeleteVpc", "VpcId", vpc);
        assertThat(AnswerCheck.actions()).containsAll(Ec2Operations.names().keySet());
    }

    private static void routes(String vpc, String subnet) {
        String igw = made("internetGatewayId", "CreateInternetGateway", tagged("internet-gateway"));
        done("AttachInternetGateway", "InternetGatewayId", igw, "VpcId", vpc);
        String table =
                made(
                        "routeTableId",
                        "CreateRouteTable",
                        tagged("route-table", "VpcId", vpc, "ClientToken", "one"));
        for (String action : List.of("CreateRoute", "ReplaceRoute")) {
            done(
                    action,
                    "RouteTableId",
                    table,
                    "DestinationIpv6CidrBlock",
                    "2001:db8::/32",
                    "GatewayId",
                    igw);
        }
        String association =
                made(
                        "associationId",
                        "AssociateRouteTable",
                        "RouteTableId",
                        table,
                        "SubnetId",
                        subnet);
        done("DescribeRouteTables", "RouteTableId.1", table);
        String again =
                made(
                        "newAssociationId",
                        "ReplaceRouteTableAssociation",
                        "AssociationId",
                        association,
                        "RouteTableId",
                        "rtb" + vpc.substring(3));
        done("DisassociateRouteTable", "AssociationId", again);
        done("DeleteRoute", "RouteTableId", table, "DestinationIpv6CidrBlock", "2001:db8::/32");
        done("DeleteRouteTable", "RouteTableId", table);
        done("DescribeInternetGateways");
        done("DetachInternetGateway", "InternetGatewayId", igw, "VpcId", vpc);
        done("DeleteInternetGateway", "InternetGatewayId", igw);
    }

    private static void privateGateway(String subnet) {
        String pool = "/v1/pools/model";
        String range = "{\"prefixes\":[\"10.0.1.0/24\"],\"connectivity\":\"private\"}";
        Api.expect(200, Api.OPERATOR, "PUT", pool, range);
        String nat =
                made(
                        "natGatewayId",
                        "CreateNatGateway",
                        "SubnetId",
                        subnet,
                        "ConnectivityType",
                        "private",
                        "SecondaryPrivateIpAddressCount",
                        "2");
        done("AssignPrivateNatGatewayAddress", "NatGatewayId", nat, "PrivateIpAddressCount", "1");
        done("DescribeNetworkInterfaces");
        done(
                "UnassignPrivateNatGatewayAddress",
                "NatGatewayId",
                nat,
                "PrivateIpAddress.1",
                "10.0.1.6");
        done("DescribeNatGateways", "NatGatewayId.1", nat);
        done("DeleteNatGateway", "NatGatewayId", nat);
        Api.expect(204, Api.OPERATOR, "DELETE", pool, null);
    }

    private static void networkInterface(String subnet, String eip) {
        String eni =
                made(
                        "networkInterfaceId",
                        "CreateNetworkInterface",
                        tagged("network-interface", "SubnetId", subnet, "ClientToken", "one"));
        done("AssociateAddress", "AllocationId", eip, "NetworkInterfaceId", eni);
        done("DescribeNetworkInterfaces", "NetworkInterfaceId.1", eni);
        done("DeleteNetworkInterface", "NetworkInterfaceId", eni);
    }

    /** With every field that an entry can have. */
    private static void networkAcls(String vpc, String subnet) {
        String acl = made("networkAclId", "CreateNetworkAcl", tagged("network-acl", "VpcId", vpc));
        entry("CreateNetworkAclEntry", acl, "7", "6", "PortRange.From", "1", "PortRange.To", "2");
        entry("CreateNetworkAclEntry", acl, "8", "1", "Icmp.Type", "8", "Icmp.Code", "-1");
        entry("ReplaceNetworkAclEntry", acl, "8", "-1");
        String before = association(subnet);
        String after =
                made(
                        "newAssociationId",
                        "ReplaceNetworkAclAssociation",
                        "AssociationId",
                        before,
                        "NetworkAclId",
                        acl);
        assertThat(after).isEqualTo(association(subnet)).isNotEqualTo(before);
        done("DeleteNetworkAclEntry", "NetworkAclId", acl, "RuleNumber", "7", "Egress", "true");
        done(
                "ReplaceNetworkAclAssociation",
                "AssociationId",
                after,
                "NetworkAclId",
                made(
                        "networkAclId",
                        "DescribeNetworkAcls",
                        "Filter.1.Name",
                        "default",
                        "Filter.1.Value.1",
                        "true"));
        done("DeleteNetworkAcl", "NetworkAclId", acl);
    }

    private static void entry(
            String action, String acl, String number, String protocol, String... more) {
        done(
                action,
                Stream.concat(
                                Stream.of(
                                        "NetworkAclId",
                                        acl,
                                        "RuleNumber",
                                        number,
                                        "Egress",
                                        "true",
                                        "Protocol",
                                        protocol,
                                        "RuleAction",
                                        "deny",
                                        "CidrBlock",
                                        "0.0.0.0/0"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    /** A subnet's. */
    private static String association(String subnet) {
        String told =
                done(
                                "DescribeNetworkAcls",
                                "Filter.1.Name",
                                "association.subnet-id",
                                "Filter.1.Value.1",
                                subnet)
                        .text();
        int item = told.indexOf("<subnetId>" + subnet);
        return Ec2.all(told.substring(told.lastIndexOf("<item>", item)), "networkAclAssociationId")
                .findFirst()
                .orElseThrow();
    }

    @Test
    void checkFindsWhatIsUnknownMissingTwiceOrOfAnotherType() {
        String good =
                "<DescribeNatGatewaysResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
                        + "<requestId>r</requestId><natGatewaySet><item>"
                        + "<createTime>2026-01-01T00:00:00.000Z</createTime>"
                        + "<state>available</state><natGatewayAddressSet><item>"
                        + "<isPrimary>true</isPrimary></item></natGatewayAddressSet>"
                        + "</item></natGatewaySet></DescribeNatGatewaysResponse>";
        assertThat(AnswerCheck.faults(good)).isEmpty();
        assertThat(
                        Stream.of(
                                good.replace("state>", "State>"),
                                good.replace("available", "there"),
                                good.replace("00.000Z", "00Z"),
                                good.replace(">true<", ">yes<"),
                                good.replace("<item>", "<member>").replace("/item>", "/member>"),
                                good.replace("<state>", "<state>pending</state><state>"),
                                good.replace("2016-11-15", "2015-11-15")))
                .allSatisfy(bad -> assertThat(AnswerCheck.faults(bad)).isNotEmpty());
    }
}
