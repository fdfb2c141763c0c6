package io.sallyport.control;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.Ec2.Answer;
import io.sallyport.control.Ec2.Tenant;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** What is refused, with which of AWS's codes; and what nobody may learn from that. */
class Ec2CallsTest {

    private static final String NOBODYS = "0123456789abcdef0";

    private static Tenant tenant;

    /** A tenant with one of each thing, by the prefix of their ids. */
    private record Household(Tenant tenant, Map<String, String> ids, String publicIp) {}

    private static Household household;

    @BeforeAll
    static void aTenantWithOneOfEach() {
        Api.pool();
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
        household = household(Ec2.newTenant());
    }

    @AfterAll
    static void noNodes() {
        Api.STORE.noNodes();
    }

    @AfterEach
    void storeIsWell() {
        Api.STORE.feel(MemoryStore.Mood.WELL);
    }

    private static Household household(Tenant owner) {
        String vpc = made(owner, "vpcId", "CreateVpc", "CidrBlock", "10.0.0.0/16");
        String subnet =
                made(owner, "subnetId", "CreateSubnet", "VpcId", vpc, "CidrBlock", "10.0.1.0/24");
        String eip = made(owner, "allocationId", "AllocateAddress");
        String nat =
                made(
                        owner,
                        "natGatewayId",
                        "CreateNatGateway",
                        "SubnetId",
                        subnet,
                        "AllocationId",
                        eip);
        Answer gateway = owner.call("DescribeNatGateways", "NatGatewayId.1", nat);
        String eni = Ec2.all(gateway.text(), "networkInterfaceId").findFirst().orElseThrow();
        Answer log =
                owner.call(
                        "CreateFlowLogs",
                        "ResourceId.1",
                        eni,
                        "ResourceType",
                        "NetworkInterface",
                        "TrafficType",
                        "ALL",
                        "LogDestinationType",
                        "s3",
                        "LogDestination",
                        "arn:aws:s3:::logs");
        String flowLog = Ec2.all(log.text(), "item").findFirst().orElseThrow();
        Answer shown = owner.call("DescribeAddresses", "AllocationId.1", eip);
        Answer routes = owner.call("DescribeRouteTables");
        Answer acls = owner.call("DescribeNetworkAcls");
        return new Household(
                owner,
                Map.ofEntries(
                        entry("rtb", first(routes, "routeTableId")),
                        entry("rtbassoc", first(routes, "routeTableAssociationId")),
                        entry("igw", made(owner, "internetGatewayId", "CreateInternetGateway")),
                        entry("vpc", vpc),
                        entry("subnet", subnet),
                        entry("eipalloc", eip),
                        entry("nat", nat),
                        entry("eni", eni),
                        entry("fl", flowLog),
                        entry("acl", made(owner, "networkAclId", "CreateNetworkAcl", "VpcId", vpc)),
                        entry("aclassoc", first(acls, "networkAclAssociationId")),
                        entry("eipassoc", first(shown, "associationId"))),
                Ec2.all(shown.text(), "publicIp").findFirst().orElseThrow());
    }

    private static String first(Answer answer, String element) {
        return Ec2.all(answer.text(), element).findFirst().orElseThrow();
    }

    private static String made(Tenant owner, String element, String action, String... parameters) {
        Answer answer = owner.call(action, parameters);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return Ec2.all(answer.text(), element).findFirst().orElseThrow();
    }

    /** Ids of {@code $kind} are those of the household. */
    private static Answer call(Tenant caller, Function<String, String> ids, String call) {
        String[] parts = call.split(" ");
        String[] rest =
                Arrays.stream(parts)
                        .skip(1)
                        .flatMap(part -> Arrays.stream(part.split("=", 2)))
                        .map(text -> text.startsWith("$") ? ids.apply(text.substring(1)) : text)
                        .toArray(String[]::new);
        return caller.call(parts[0], rest);
    }

    private static String own(String kind) {
        return kind.equals("ip")
                ? household.publicIp()
                : Objects.requireNonNull(household.ids().get(kind));
    }

    private static String nobodys(String kind) {
        return kind.equals("ip") ? "203.0.113.254" : kind + "-" + NOBODYS;
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    400 InvalidAction|RunInstances
                    400 InvalidRouteTableID.NotFound|CreateRoute RouteTableId=rtb-01234567 DestinationCidrBlock=0.0.0.0/0 NatGatewayId=$nat
                    400 MissingParameter|CreateRoute RouteTableId=$rtb NatGatewayId=$nat
                    400 MissingParameter|CreateRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0
                    400 InvalidParameterCombination|CreateRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0 DestinationIpv6CidrBlock=::/0 NatGatewayId=$nat
                    400 InvalidParameterCombination|CreateRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0 GatewayId=igw-01234567 NatGatewayId=$nat
                    400 InvalidParameterValue|CreateRoute RouteTableId=$rtb DestinationCidrBlock=::/0 NatGatewayId=$nat
                    400 InvalidParameterValue|CreateRoute RouteTableId=$rtb DestinationCidrBlock=10.0.1.0/24 NatGatewayId=$nat
                    400 InvalidNatGatewayID.NotFound|CreateRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0 NatGatewayId=nat-01234567
                    400 InvalidInternetGatewayID.NotFound|CreateRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0 GatewayId=igw-01234567
                    400 UnsupportedOperation|CreateRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0 InstanceId=i-01234567
                    400 InvalidParameterValue|ReplaceRoute RouteTableId=$rtb DestinationCidrBlock=192.0.2.0/24 NatGatewayId=$nat
                    400 InvalidRoute.NotFound|DeleteRoute RouteTableId=$rtb DestinationCidrBlock=192.0.2.0/24
                    400 InvalidParameterValue|DeleteRoute RouteTableId=$rtb DestinationCidrBlock=10.0.0.0/16
                    400 DependencyViolation|DeleteRouteTable RouteTableId=$rtb
                    400 InvalidVpcID.NotFound|CreateRouteTable VpcId=vpc-01234567
                    400 MissingParameter|AssociateRouteTable RouteTableId=$rtb
                    400 InvalidSubnetID.NotFound|AssociateRouteTable RouteTableId=$rtb SubnetId=subnet-01234567
                    400 InvalidParameterValue|DisassociateRouteTable AssociationId=$rtbassoc
                    400 InvalidAssociationID.NotFound|DisassociateRouteTable AssociationId=rtbassoc-01234567
                    400 InvalidAssociationID.Malformed|DisassociateRouteTable AssociationId=x
                    400 InvalidAssociationID.NotFound|ReplaceRouteTableAssociation AssociationId=rtbassoc-01234567 RouteTableId=$rtb
                    400 InvalidInternetGatewayID.NotFound|AttachInternetGateway InternetGatewayId=igw-01234567 VpcId=$vpc
                    400 Gateway.NotAttached|DetachInternetGateway InternetGatewayId=$igw VpcId=$vpc
                    400 InvalidVpcID.NotFound|AttachInternetGateway InternetGatewayId=$igw VpcId=vpc-01234567
                    400 InvalidParameterValue|CreateRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0 GatewayId=$igw
                    400 InvalidInstanceID.NotFound|AssociateAddress AllocationId=$eipalloc InstanceId=i-01234567
                    400 MissingParameter|AssociateAddress AllocationId=$eipalloc
                    400 MissingParameter|AssociateAddress NetworkInterfaceId=$eni
                    400 OperationNotPermitted|AssociateAddress AllocationId=$eipalloc NetworkInterfaceId=$eni
                    400 InvalidNetworkInterfaceID.NotFound|AssociateAddress AllocationId=$eipalloc NetworkInterfaceId=eni-01234567
                    400 InvalidNetworkInterfaceId.Malformed|AssociateAddress AllocationId=$eipalloc NetworkInterfaceId=x
                    400 InvalidParameterCombination|AssociateAddress AllocationId=$eipalloc PublicIp=$ip NetworkInterfaceId=$eni
                    400 OperationNotPermitted|DeleteNetworkInterface NetworkInterfaceId=$eni
                    400 InvalidNetworkInterfaceID.NotFound|DeleteNetworkInterface NetworkInterfaceId=eni-01234567
                    400 InvalidSubnetID.NotFound|CreateNetworkInterface SubnetId=subnet-01234567
                    400 InvalidParameterValue|CreateNetworkInterface SubnetId=$subnet PrivateIpAddress=10.0.2.1
                    400 UnsupportedOperation|CreateNetworkInterface SubnetId=$subnet SecurityGroupId.1=sg-01234567
                    400 MissingParameter|AssignPrivateNatGatewayAddress NatGatewayId=$nat
                    400 UnsupportedOperation|AssignPrivateNatGatewayAddress NatGatewayId=$nat PrivateIpAddressCount=1
                    400 InvalidParameterValue|AssignPrivateNatGatewayAddress NatGatewayId=$nat PrivateIpAddressCount=32
                    400 InvalidParameterValue|AssignPrivateNatGatewayAddress NatGatewayId=$nat PrivateIpAddress.1=x
                    400 InvalidParameterCombination|AssignPrivateNatGatewayAddress NatGatewayId=$nat PrivateIpAddress.1=10.0.1.9 PrivateIpAddressCount=1
                    400 NatGatewayNotFound|AssignPrivateNatGatewayAddress NatGatewayId=nat-0123456789abcdef0 PrivateIpAddressCount=1
                    400 MissingParameter|UnassignPrivateNatGatewayAddress NatGatewayId=$nat
                    400 InvalidParameterValue|UnassignPrivateNatGatewayAddress NatGatewayId=$nat PrivateIpAddress.1=10.9.9.9
                    400 InvalidParameterValue|UnassignPrivateNatGatewayAddress NatGatewayId=$nat PrivateIpAddress.1=10.9.9.9 MaxDrainDurationSeconds=4001
                    400 OperationNotPermitted|DisassociateAddress AssociationId=$eipassoc
                    400 OperationNotPermitted|DisassociateAddress PublicIp=$ip
                    400 InvalidParameterCombination|DisassociateAddress AssociationId=$eipassoc PublicIp=$ip
                    400 InvalidAssociationID.NotFound|DisassociateAddress AssociationId=eipassoc-01234567
                    400 InvalidAssociationID.Malformed|DisassociateAddress AssociationId=x
                    400 InvalidAddress.NotFound|DisassociateAddress PublicIp=192.0.2.1
                    400 MissingParameter|DisassociateAddress
                    400 InvalidNetworkInterfaceID.NotFound|DescribeNetworkInterfaces NetworkInterfaceId.1=eni-01234567
                    400 InvalidRouteTableID.NotFound|DescribeRouteTables RouteTableId.1=rtb-01234567
                    400 InvalidRouteTableId.Malformed|DescribeRouteTables RouteTableId.1=rtb
                    400 InvalidInternetGatewayID.NotFound|DescribeInternetGateways InternetGatewayId.1=igw-01234567
                    400 MissingParameter|CreateVpc
                    400 MissingParameter|CreateNatGateway SubnetId=$subnet
                    400 MissingParameter|CreateNatGateway AllocationId=$eipalloc
                    400 MissingParameter|CreateSubnet VpcId=$vpc
                    400 MissingParameter|ReleaseAddress
                    400 MissingParameter|AssociateNatGatewayAddress NatGatewayId=$nat
                    400 MissingParameter|CreateTags ResourceId.1=$vpc
                    400 UnknownParameter|DescribeVpcs Vpc.1=x
                    400 UnknownParameter|DescribeNatGateways NatGatewayId=$nat
                    400 InvalidParameterValue|DescribeVpcs DryRun=maybe
                    400 NatGatewayMalformed|DescribeNatGateways NatGatewayId.1=nat-1
                    400 NatGatewayMalformed|DeleteNatGateway NatGatewayId=vpc-0123456789abcdef0
                    400 NatGatewayNotFound|DeleteNatGateway NatGatewayId=nat-0123456789abcdef0
                    400 NatGatewayNotFound|DescribeNatGateways NatGatewayId.1=nat-01234567
                    400 NatGatewayNotFound|AssociateNatGatewayAddress NatGatewayId=nat-0123456789abcdef0 AllocationId.1=$eipalloc
                    400 InvalidSubnetID.NotFound|CreateNatGateway SubnetId=subnet-01234567 AllocationId=$eipalloc
                    400 InvalidSubnetID.Malformed|CreateNatGateway SubnetId=subnet-X AllocationId=$eipalloc
                    400 InvalidAllocationID.NotFound|CreateNatGateway SubnetId=$subnet AllocationId=eipalloc-0123456789abcdef0
                    400 InvalidAllocationID.NotFound|CreateNatGateway SubnetId=$subnet AllocationId=$eipalloc SecondaryAllocationId.1=eipalloc-01234567
                    400 Resource.AlreadyAssociated|CreateNatGateway SubnetId=$subnet AllocationId=$eipalloc
                    400 Resource.AlreadyAssociated|AssociateNatGatewayAddress NatGatewayId=$nat AllocationId.1=$eipalloc
                    400 InvalidParameterCombination|CreateNatGateway SubnetId=$subnet AllocationId=$eipalloc ConnectivityType=private
                    400 InvalidParameterCombination|CreateNatGateway SubnetId=$subnet SecondaryAllocationId.1=$eipalloc ConnectivityType=private
                    400 InvalidParameterValue|CreateNatGateway SubnetId=$subnet ConnectivityType=private
                    400 InvalidParameterValue|CreateNatGateway SubnetId=$subnet AllocationId=$eipalloc ConnectivityType=half
                    400 UnsupportedOperation|CreateNatGateway SubnetId=$subnet AllocationId=$eipalloc AvailabilityMode=regional
                    400 UnsupportedOperation|CreateNatGateway SubnetId=$subnet AllocationId=$eipalloc SecondaryPrivateIpAddressCount=1
                    400 InvalidParameterValue|CreateNatGateway SubnetId=$subnet AllocationId=$eipalloc TagSpecification.1.ResourceType=vpc TagSpecification.1.Tag.1.Key=a
                    400 InvalidParameterValue|CreateVpc CidrBlock=10.0.0.0/16 TagSpecification.1.ResourceType=vpc
                    400 InvalidParameterValue|CreateVpc CidrBlock=10.0.0.0/99
                    400 InvalidParameterValue|CreateVpc CidrBlock=fd00::/64
                    400 OperationNotPermitted|DisassociateNatGatewayAddress NatGatewayId=$nat AssociationId.1=$eipassoc
                    400 InvalidAssociationID.NotFound|DisassociateNatGatewayAddress NatGatewayId=$nat AssociationId.1=eipassoc-01234567
                    400 InvalidParameterValue|DisassociateNatGatewayAddress NatGatewayId=$nat AssociationId.1=$eipassoc MaxDrainDurationSeconds=4001
                    400 InvalidIPAddress.InUse|ReleaseAddress AllocationId=$eipalloc
                    400 InvalidIPAddress.InUse|ReleaseAddress PublicIp=$ip
                    400 InvalidAddress.NotFound|ReleaseAddress PublicIp=192.0.2.1
                    400 InvalidParameterValue|ReleaseAddress PublicIp=x
                    400 InvalidParameterCombination|ReleaseAddress PublicIp=$ip AllocationId=$eipalloc
                    400 InvalidPublicIpv4PoolID.NotFound|AllocateAddress PublicIpv4Pool=none
                    400 UnsupportedOperation|AllocateAddress Domain=standard
                    400 InvalidAddress.NotFound|AllocateAddress Address=$ip
                    400 InsufficientAddressCapacity|AllocateAddress Address=192.0.2.1
                    400 DependencyViolation|DeleteVpc VpcId=$vpc
                    400 DependencyViolation|DeleteSubnet SubnetId=$subnet
                    400 InvalidSubnet.Conflict|CreateSubnet VpcId=$vpc CidrBlock=10.0.1.0/25
                    400 InvalidSubnet.Range|CreateSubnet VpcId=$vpc CidrBlock=10.1.0.0/24
                    400 InvalidVpcID.NotFound|CreateSubnet VpcId=vpc-01234567 CidrBlock=10.1.0.0/24
                    400 InvalidParameterValue|CreateSubnet VpcId=$vpc CidrBlock=10.0.2.0/24 AvailabilityZone=us-east-1f
                    400 InvalidParameterValue|DescribeNatGateways Filter.1.Name=x Filter.1.Value.1=y
                    400 InvalidParameterValue|DescribeNatGateways Filter.1.Name=State Filter.1.Value.1=y
                    400 InvalidParameterValue|DescribeNatGateways Filter.1.Name=state
                    400 MissingParameter|DescribeNatGateways Filter.1.Value.1=y
                    400 InvalidParameterValue|DescribeNatGateways MaxResults=4
                    400 InvalidParameterValue|DescribeNatGateways MaxResults=1001
                    400 InvalidParameterCombination|DescribeNatGateways MaxResults=5 NatGatewayId.1=$nat
                    400 InvalidNextToken|DescribeNatGateways NextToken=AAAA
                    400 InvalidParameterValue|CreateTags ResourceId.1=$vpc Tag.1.Key=aws:x
                    400 InvalidParameterValue|CreateTags ResourceId.1=$vpc Tag.1.Key=a Tag.2.Key=a
                    400 InvalidVpcID.NotFound|CreateTags ResourceId.1=$subnet ResourceId.2=vpc-01234567 Tag.1.Key=a
                    400 InvalidID|CreateTags ResourceId.1=zone-01234567 Tag.1.Key=a
                    400 MissingParameter|CreateFlowLogs ResourceId.1=eni-01234567 LogDestination=arn:aws:s3:::logs LogDestinationType=s3 ResourceType=NetworkInterface
                    400 UnsupportedOperation|CreateFlowLogs ResourceId.1=tgw-01234567 ResourceType=TransitGateway TrafficType=ALL LogDestinationType=s3 LogDestination=arn:aws:s3:::logs
                    400 UnsupportedOperation|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=ALL LogDestination=arn:aws:s3:::logs
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=SOME LogDestinationType=s3 LogDestination=arn:aws:s3:::logs
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=ALL LogDestinationType=s3 LogDestination=http://169.254.169.254/
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=ALL LogDestinationType=s3 LogDestination=arn:aws:s3:::logs/AWSLogs/
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=$vpc ResourceType=Everything TrafficType=ALL LogDestinationType=s3 LogDestination=arn:aws:s3:::logs
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=ALL LogDestinationType=s3 LogDestination=arn:aws:s3:::logs LogFormat=version
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=ALL LogDestinationType=s3 LogDestination=arn:aws:s3:::logs LogFormat=a${srcaddr}
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=ALL LogDestinationType=s3 LogDestination=arn:aws:s3:::logs MaxAggregationInterval=300
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=ALL LogDestinationType=s3 LogDestination=arn:aws:s3:::logs DestinationOptions.FileFormat=orc
                    400 InvalidParameterValue|CreateFlowLogs ResourceId.1=eni-01234567 ResourceType=NetworkInterface TrafficType=ALL LogDestinationType=s3 LogDestination=arn:aws:s3:::logs DestinationOptions.PerHourPartition=yes
                    400 InvalidFlowLogId.NotFound|DescribeFlowLogs FlowLogId.1=fl-01234567
                    400 InvalidParameterValue|DescribeRegions RegionName.1=mars-1
                    400 InvalidParameterValue|DescribeAccountAttributes AttributeName.1=x
                    400 InvalidParameterValue|DescribeVpcAttribute VpcId=$vpc Attribute=x
                    412 DryRunOperation|DeleteNatGateway NatGatewayId=$nat DryRun=true
                    412 DryRunOperation|AllocateAddress DryRun=true
                    400 MissingParameter|DeleteNatGateway DryRun=true
                    """)
    void refusalsHaveAwssCodes(String expected, String call) {
        long version = Api.STORE.version();
        Answer answer = call(household.tenant(), Ec2CallsTest::own, call);
        assertThat(answer.status() + " " + answer.code()).as(answer.text()).isEqualTo(expected);
        assertThat(answer.text()).contains("<Response><Errors><Error><Code>", "<RequestID>");
        assertThat(Api.STORE.version()).as("a refusal changes nothing").isEqualTo(version);
    }

    /** Every call that names something: of another tenant's it says what it says of nobody's. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    DeleteNatGateway NatGatewayId=$nat
                    DescribeNatGateways NatGatewayId.1=$nat
                    DescribeNatGateways Filter.1.Name=nat-gateway-id Filter.1.Value.1=$nat
                    AssociateNatGatewayAddress NatGatewayId=$nat AllocationId.1=$eipalloc
                    DisassociateNatGatewayAddress NatGatewayId=$nat AssociationId.1=$eipassoc
                    CreateNatGateway SubnetId=$subnet AllocationId=$eipalloc
                    ReleaseAddress AllocationId=$eipalloc
                    ReleaseAddress PublicIp=$ip
                    DescribeAddresses AllocationId.1=$eipalloc
                    DescribeAddresses PublicIp.1=$ip
                    DescribeAddresses Filter.1.Name=public-ip Filter.1.Value.1=$ip
                    DescribeAddressesAttribute AllocationId.1=$eipalloc
                    DeleteVpc VpcId=$vpc
                    DescribeVpcs VpcId.1=$vpc
                    DescribeVpcs Filter.1.Name=vpc-id Filter.1.Value.1=$vpc
                    DescribeVpcAttribute VpcId=$vpc Attribute=enableDnsSupport
                    CreateSubnet VpcId=$vpc CidrBlock=10.0.1.0/24
                    DeleteSubnet SubnetId=$subnet
                    ModifySubnetAttribute SubnetId=$subnet
                    DescribeSubnets SubnetId.1=$subnet
                    DescribeSubnets Filter.1.Name=vpc-id Filter.1.Value.1=$vpc
                    CreateTags ResourceId.1=$nat Tag.1.Key=a
                    CreateTags ResourceId.1=$eipalloc Tag.1.Key=a
                    DeleteTags ResourceId.1=$vpc
                    DeleteTags ResourceId.1=$subnet
                    DescribeTags Filter.1.Name=resource-id Filter.1.Value.1=$vpc
                    DescribeFlowLogs FlowLogId.1=$fl
                    AssignPrivateNatGatewayAddress NatGatewayId=$nat PrivateIpAddressCount=1
                    UnassignPrivateNatGatewayAddress NatGatewayId=$nat PrivateIpAddress.1=10.0.1.9
                    DisassociateAddress AssociationId=$eipassoc
                    DisassociateAddress PublicIp=$ip
                    CreateNetworkInterface SubnetId=$subnet
                    DeleteNetworkInterface NetworkInterfaceId=$eni
                    AssociateAddress AllocationId=$eipalloc NetworkInterfaceId=$eni
                    AssociateAddress PublicIp=$ip NetworkInterfaceId=$eni
                    DescribeNetworkInterfaces NetworkInterfaceId.1=$eni
                    DescribeNetworkInterfaces Filter.1.Name=vpc-id Filter.1.Value.1=$vpc
                    DescribeRouteTables RouteTableId.1=$rtb
                    DescribeRouteTables Filter.1.Name=vpc-id Filter.1.Value.1=$vpc
                    DescribeInternetGateways Filter.1.Name=attachment.vpc-id Filter.1.Value.1=$vpc
                    CreateRouteTable VpcId=$vpc
                    DeleteRouteTable RouteTableId=$rtb
                    CreateRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0 NatGatewayId=$nat
                    ReplaceRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0 GatewayId=$igw
                    DeleteRoute RouteTableId=$rtb DestinationCidrBlock=0.0.0.0/0
                    AssociateRouteTable RouteTableId=$rtb SubnetId=$subnet
                    DisassociateRouteTable AssociationId=$rtbassoc
                    ReplaceRouteTableAssociation AssociationId=$rtbassoc RouteTableId=$rtb
                    CreateTags ResourceId.1=$rtb Tag.1.Key=a
                    DeleteInternetGateway InternetGatewayId=$igw
                    AttachInternetGateway InternetGatewayId=$igw VpcId=$vpc
                    DetachInternetGateway InternetGatewayId=$igw VpcId=$vpc
                    DescribeInternetGateways InternetGatewayId.1=$igw
                    CreateNetworkAcl VpcId=$vpc
                    DeleteNetworkAcl NetworkAclId=$acl
                    DescribeNetworkAcls NetworkAclId.1=$acl
                    DescribeNetworkAcls Filter.1.Name=vpc-id Filter.1.Value.1=$vpc
                    CreateNetworkAclEntry NetworkAclId=$acl RuleNumber=9 Egress=true Protocol=-1 RuleAction=deny CidrBlock=0.0.0.0/0
                    ReplaceNetworkAclEntry NetworkAclId=$acl RuleNumber=9 Egress=true Protocol=-1 RuleAction=deny CidrBlock=0.0.0.0/0
                    DeleteNetworkAclEntry NetworkAclId=$acl RuleNumber=9 Egress=true
                    ReplaceNetworkAclAssociation AssociationId=$aclassoc NetworkAclId=$acl
                    """)
    void whatIsSomebodyElsesIsToldAsWhatIsNobodys(String call) {
        long version = Api.STORE.version();
        Answer foreign = call(tenant, Ec2CallsTest::own, call);
        Answer unknown = call(tenant, Ec2CallsTest::nobodys, call);
        assertThat(foreign.shape().replace(household.publicIp(), "IP"))
                .isEqualTo(unknown.shape().replace("203.0.113.254", "IP"));
        assertThat(foreign.text()).doesNotContain("<item>");
        assertThat(Api.STORE.version()).isEqualTo(version);
    }

    /** So that a new action cannot be forgotten above, or in the test of flow logs below. */
    @Test
    void everyActionThatNamesAThingIsHeldAgainstAStranger() throws ReflectiveOperationException {
        List<String> asked =
                Stream.of(Ec2CallsTest.class.getDeclaredMethods())
                        .filter(method ->
                                method.getName().equals("whatIsSomebodyElsesIsToldAsWhatIsNobodys"))
                        .flatMap(method ->
                                Objects.requireNonNull(method.getAnnotation(CsvSource.class))
                                        .textBlock()
                                        .lines())
                        .map(line -> line.strip().split(" ")[0])
                        .toList();
        Ec2Operations.names()
                .forEach((action, parameters) -> {
                    boolean names =
                            parameters.stream()
                                    .anyMatch(p -> p.matches("(?!.*(Zone|Ipam)).*Ids?(\\.N)?"));
                    boolean oneByOne = List.of("CreateFlowLogs", "DeleteFlowLogs").contains(action);
                    boolean places = action.equals("DescribeAvailabilityZones");
                    assertThat(asked.contains(action) || oneByOne || places || !names)
                            .as(action + " " + parameters)
                            .isTrue();
                });
    }

    @Test
    void instancesElasticIpIsTakenFromItByItsAssociation() {
        Api.expect(
                200,
                Api.OPERATOR,
                "PUT",
                "/v1/vpcs/" + own("vpc") + "/attachment",
                "{\"interfaces\":[\"eth7\"]}");
        Tenant owner = household.tenant();
        String eip = made(owner, "allocationId", "AllocateAddress");
        Api.expect(
                200,
                owner.apiKey(),
                "PUT",
                "/v1/elastic-ips/" + eip + "/attachment",
                "{\"instance\":{\"vpcId\":\"%s\",\"privateAddress\":\"10.0.1.77\","
                                .formatted(own("vpc"))
                        + "\"mac\":\"02:00:00:00:00:01\"}}");
        Answer shown = owner.call("DescribeAddresses", "AllocationId.1", eip);
        assertThat(shown.text()).contains("<privateIpAddress>10.0.1.77<");
        String association = Ec2.all(shown.text(), "associationId").findFirst().orElseThrow();
        assertThat(owner.call("DisassociateAddress", "AssociationId", association).text())
                .contains("<return>true</return>");
        assertThat(owner.call("DescribeAddresses", "AllocationId.1", eip).text())
                .doesNotContain("associationId");
        assertThat(owner.call("DisassociateAddress", "AssociationId", association).code())
                .isEqualTo("InvalidAssociationID.NotFound");
        assertThat(owner.call("ReleaseAddress", "AllocationId", eip).status()).isEqualTo(200);
        Api.expect(204, Api.OPERATOR, "DELETE", "/v1/vpcs/" + own("vpc") + "/attachment", null);
    }

    @Test
    void everythingBeyondTheVpcGoesToItsFirstGatewayWithAnElasticIp() {
        Answer routes = household.tenant().call("DescribeRouteTables");
        assertThat(routes.text())
                .containsSubsequence(
                        "<destinationCidrBlock>10.0.0.0/16</destinationCidrBlock>",
                        "<gatewayId>local</gatewayId>",
                        "<destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>",
                        "<natGatewayId>" + own("nat") + "</natGatewayId>",
                        "<state>active</state>");
        assertThat(
                        household
                                .tenant()
                                .call(
                                        "DescribeRouteTables",
                                        "Filter.1.Name",
                                        "route.nat-gateway-id",
                                        "Filter.1.Value.1",
                                        own("nat"))
                                .text())
                .contains("<routeTableId>" + own("rtb"));
    }

    /** Longer than what stores read. */
    @Test
    void endlessTagIsNoFault() {
        Answer answer =
                household
                        .tenant()
                        .call(
                                "CreateTags",
                                "ResourceId.1",
                                own("vpc"),
                                "Tag.1.Key",
                                "a",
                                "Tag.1.Value",
                                "x".repeat(100_000));
        assertThat(answer.status() + " " + answer.code()).isEqualTo("400 InvalidParameterValue");
    }

    @Test
    void callerIsToldWhoItIs() {
        Answer answer = Ec2.post(tenant, "sts", Ec2.STS_FORM);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text())
                .contains(
                        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">",
                        "<Account>" + tenant.account() + "</Account>",
                        "<Arn>arn:aws:iam::" + tenant.account() + ":root</Arn>");
        Tenant stranger = new Tenant(tenant.account(), "", tenant.accessKeyId(), "wrong");
        Answer refused = Ec2.post(stranger, "sts", Ec2.STS_FORM);
        assertThat(refused.status() + " " + refused.code()).isEqualTo("403 InvalidClientTokenId");
        assertThat(refused.text()).startsWith("<?xml").contains("<Type>Sender</Type>");
        assertThat(Ec2.post(tenant, "ec2", Ec2.STS_FORM).code())
                .as("signed for the one, asked of the other")
                .isEqualTo("NoSuchVersion");
        assertThat(Ec2.post(tenant, "s3", Ec2.STS_FORM).code()).isEqualTo("AuthFailure");
        assertThat(Ec2.post(tenant, "sts", Ec2.STS_FORM.replace("Get", "Take")).code())
                .isEqualTo("InvalidAction");
    }

    @Test
    void pageTokenOfOneTenantOrActionIsNoneOfAnother() {
        Tenant other = Ec2.newTenant();
        for (int i = 0; i < 6; i++) {
            made(tenant, "vpcId", "CreateVpc", "CidrBlock", "10.0.0.0/16");
            made(other, "vpcId", "CreateVpc", "CidrBlock", "10.0.0.0/16");
        }
        Answer page = tenant.call("DescribeVpcs", "MaxResults", "5");
        String token = Ec2.all(page.text(), "nextToken").findFirst().orElseThrow();
        assertThat(tenant.call("DescribeVpcs", "NextToken", token).status()).isEqualTo(200);
        assertThat(other.call("DescribeVpcs", "NextToken", token).code())
                .isEqualTo("InvalidNextToken");
        assertThat(tenant.call("DescribeSubnets", "NextToken", token).code())
                .isEqualTo("InvalidNextToken");
    }

    /** Those are told one by one, in an answer that is none of a refusal. */
    @Test
    void flowLogsOfSomebodyElseAreToldAsThoseOfNobody() {
        List<String> calls =
                List.of(
                        "DeleteFlowLogs FlowLogId.1=$fl",
                        "CreateFlowLogs ResourceId.1=$eni ResourceType=NetworkInterface"
                                + " TrafficType=ALL LogDestinationType=s3"
                                + " LogDestination=arn:aws:s3:::mine");
        for (String call : calls) {
            Answer foreign = call(tenant, Ec2CallsTest::own, call);
            assertThat(foreign.shape())
                    .isEqualTo(call(tenant, Ec2CallsTest::nobodys, call).shape());
            assertThat(foreign.text()).contains("<unsuccessful><item>", ".NotFound<");
        }
        assertThat(household.tenant().call("DescribeFlowLogs").text()).contains(own("fl"));
    }

    @Test
    void wrongSecretAndUnknownKeyAreToldAlike() {
        Tenant wrong = new Tenant(tenant.account(), "", tenant.accessKeyId(), "wrong");
        Tenant unknown = new Tenant(tenant.account(), "", "SKIAAAAAAAAAAAAAAAAA", tenant.secret());
        Tenant malformed = new Tenant(tenant.account(), "", "AKIA1", tenant.secret());
        List<String> shapes = new ArrayList<>();
        for (Tenant stranger : List.of(wrong, unknown, malformed)) {
            shapes.add(stranger.call("DescribeVpcs").shape());
        }
        assertThat(shapes.stream().distinct()).hasSize(1);
        assertThat(shapes.getFirst()).startsWith("401 ").contains("<Code>AuthFailure<");
    }

    @Test
    void clockOfACallerMayBeWrongByAQuarterOfAnHour() {
        String form = Ec2.form("DescribeVpcs");
        for (Duration off : List.of(Duration.ofMinutes(-14), Duration.ofMinutes(14))) {
            assertThat(Ec2.post(tenant, Clock.offset(Clock.systemUTC(), off), form).status())
                    .isEqualTo(200);
        }
        for (Duration off : List.of(Duration.ofMinutes(-16), Duration.ofMinutes(16))) {
            Answer answer = Ec2.post(tenant, Clock.offset(Clock.systemUTC(), off), form);
            assertThat(answer.status() + " " + answer.code()).isEqualTo("400 RequestExpired");
        }
    }

    @Test
    void whatWasChangedOnItsWayIsRefused() {
        byte[] body = Ec2.form("DescribeVpcs").getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest signed =
                Ec2.sign(
                        tenant,
                        Clock.systemUTC(),
                        SdkHttpRequest.builder()
                                .uri(Ec2.endpoint())
                                .method(SdkHttpMethod.POST)
                                .build(),
                        body);
        assertThat(Ec2.send(signed, body).status()).isEqualTo(200);
        assertThat(Ec2.send(signed, Ec2.form("DeleteVpc").getBytes(StandardCharsets.UTF_8)).code())
                .isEqualTo("AuthFailure");
        SdkHttpRequest withQuery =
                signed.toBuilder().putRawQueryParameter("DryRun", "true").build();
        assertThat(Ec2.send(withQuery, body).code()).isEqualTo("AuthFailure");
    }

    @Test
    void getWithAQueryIsAsGoodAsPostWithAForm() {
        SdkHttpRequest get =
                SdkHttpRequest.builder()
                        .uri(Ec2.endpoint())
                        .method(SdkHttpMethod.GET)
                        .putRawQueryParameter("Action", "DescribeRegions")
                        .putRawQueryParameter("Version", Ec2.VERSION)
                        .build();
        Answer answer =
                Ec2.send(Ec2.sign(tenant, Clock.systemUTC(), get, new byte[0]), new byte[0]);
        assertThat(answer.text()).contains("<regionName>us-east-1</regionName>");
    }

    @Test
    void whatIsNotSignedOrNotReadableIsToldSo() {
        URI root = Ec2.endpoint();
        byte[] form = Ec2.form("DescribeVpcs").getBytes(StandardCharsets.UTF_8);
        Answer unsigned = Ec2.send("POST", root, Map.of(), form);
        assertThat(unsigned.status() + " " + unsigned.code())
                .isEqualTo("403 MissingAuthenticationToken");
        Answer basic = Ec2.send("POST", root, Map.of("Authorization", List.of("Basic YTpi")), form);
        assertThat(basic.status() + " " + basic.code()).isEqualTo("400 IncompleteSignature");
        Map<String, String> codes =
                List.of(
                                "Version=2016-11-15",
                                "Action=DescribeVpcs",
                                "Action=DescribeVpcs&Version=2010-01-01",
                                "Action=DescribeVpcs&Version=2016-11-15&a=%zz",
                                "Action=DescribeVpcs&Version=2016-11-15&Action=x")
                        .stream()
                        .collect(
                                Collectors.toMap(
                                        f -> f,
                                        f -> Ec2.post(tenant, Clock.systemUTC(), f).code()));
        assertThat(codes.values())
                .containsExactlyInAnyOrder(
                        "MissingAction",
                        "MissingParameter",
                        "NoSuchVersion",
                        "InvalidQueryParameter",
                        "InvalidQueryParameter");
        Answer large = Ec2.post(tenant, Clock.systemUTC(), "a=" + "x".repeat(300_000));
        assertThat(large.status() + " " + large.code()).isEqualTo("413 RequestEntityTooLarge");
    }

    @Test
    void deletedKeyOpensNothingAndASecondOneStays() {
        Tenant one = Ec2.newTenant();
        String keys = "/v1/tenants/" + one.account() + "/access-keys";
        Api.Answer second = Api.expect(201, Api.OPERATOR, "POST", keys, null);
        Tenant two =
                new Tenant(
                        one.account(),
                        one.apiKey(),
                        second.field("accessKeyId"),
                        second.field("secretAccessKey"));
        assertThat(Api.call(Api.OPERATOR, "POST", keys, null).code()).isEqualTo("limit-exceeded");
        Api.expect(204, Api.OPERATOR, "DELETE", keys + "/" + one.accessKeyId(), null);
        assertThat(one.call("DescribeVpcs").code()).isEqualTo("AuthFailure");
        assertThat(two.call("DescribeVpcs").status()).isEqualTo(200);
        assertThat(Api.expect(200, Api.OPERATOR, "GET", keys, null).text())
                .contains(two.accessKeyId())
                .doesNotContain(two.secret());
        assertThat(Api.call(one.apiKey(), "POST", keys, null).status())
                .as("the operator's")
                .isEqualTo(403);
    }

    @Test
    void absentStoreIsUnavailableAndReadsGoOn() {
        Api.STORE.feel(MemoryStore.Mood.REFUSES);
        Answer refused = tenant.call("CreateVpc", "CidrBlock", "10.0.0.0/16");
        assertThat(refused.status() + " " + refused.code()).isEqualTo("503 Unavailable");
        assertThat(tenant.call("DescribeVpcs").status()).isEqualTo(200);
    }
}
