"""The life of NAT gateways as a tenant's script has it, with boto3 as the distribution has it.

Arguments: endpoint, account. Credentials come from the environment.
"""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, ACCOUNT = sys.argv[1:]
AWKWARD = "<a href=\"x\">&amp; 'Zürich' 🚀 ]]>\t"
PATIENCE = {"Delay": 1, "MaxAttempts": 60}


def client(service):
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 0}),
    )


ec2 = client("ec2")


def refused(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e.response
        assert e.response["Error"]["Message"], e.response
    else:
        raise AssertionError(f"{call} should be refused with {code}")


def await_state(waiter, **ids):
    ec2.get_waiter(waiter).wait(WaiterConfig=PATIENCE, **ids)


def pages(operation, found, **parameters):
    """All items of a list that is asked for in pages of five."""
    items = []
    for page in ec2.get_paginator(operation).paginate(
        PaginationConfig={"PageSize": 5}, **parameters
    ):
        assert len(page[found]) <= 5, page
        items += page[found]
    return items


# Where this is, and who is asking.
assert [r["RegionName"] for r in ec2.describe_regions()["Regions"]] == ["us-east-1"]
zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
assert ec2.describe_account_attributes()["AccountAttributes"]
identity = client("sts").get_caller_identity()
assert identity["Account"] == ACCOUNT, identity
assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root", identity

# A VPC, subnets, elastic IPs, gateways.
vpc = ec2.create_vpc(
    CidrBlock="10.0.0.0/16",
    TagSpecifications=[
        {"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": AWKWARD}]}
    ],
)["Vpc"]
assert vpc["Tags"] == [{"Key": "Name", "Value": AWKWARD}], vpc
await_state("vpc_available", VpcIds=[vpc["VpcId"]])
subnets = [
    ec2.create_subnet(
        VpcId=vpc["VpcId"], CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=zone
    )["Subnet"]["SubnetId"]
    for n in range(6)
]
await_state("subnet_available", SubnetIds=subnets)
addresses = [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in subnets]
refused(
    "DryRunOperation",
    ec2.create_nat_gateway,
    SubnetId=subnets[0],
    AllocationId=addresses[0],
    DryRun=True,
)
gateways = [
    ec2.create_nat_gateway(
        SubnetId=subnet,
        AllocationId=address,
        TagSpecifications=[
            {
                "ResourceType": "natgateway",
                "Tags": [{"Key": "of", "Value": subnet}, {"Key": "n", "Value": str(n)}],
            }
        ],
    )["NatGateway"]["NatGatewayId"]
    for n, (subnet, address) in enumerate(zip(subnets, addresses))
]
await_state("nat_gateway_available", NatGatewayIds=gateways)

# Lists, in pages and filtered.
shown = pages("describe_nat_gateways", "NatGateways")
assert sorted(g["NatGatewayId"] for g in shown) == sorted(gateways), shown
for gateway in shown:
    (address,) = gateway["NatGatewayAddresses"]
    assert address["AllocationId"] in addresses, gateway
    assert gateway["State"] == "available", gateway
    assert gateway["ConnectivityType"] == "public", gateway
    assert gateway["CreateTime"].utcoffset().total_seconds() == 0, gateway
assert sorted(s["SubnetId"] for s in pages("describe_subnets", "Subnets")) == sorted(subnets)
assert [v["VpcId"] for v in pages("describe_vpcs", "Vpcs")] == [vpc["VpcId"]]
tags = pages("describe_tags", "Tags")
assert len(tags) == 1 + 2 * len(gateways), tags
(one,) = pages(
    "describe_nat_gateways",
    "NatGateways",
    Filters=[{"Name": "tag:of", "Values": [subnets[3]]}],
)
assert one["NatGatewayId"] == gateways[3], one
assert {a["AllocationId"] for a in ec2.describe_addresses()["Addresses"]} == set(addresses)

# Interfaces and routes follow from the gateways.
shown_interfaces = pages("describe_network_interfaces", "NetworkInterfaces")
assert {i["Association"]["AllocationId"] for i in shown_interfaces} == set(addresses)
(table,) = pages("describe_route_tables", "RouteTables")
local, rest = table["Routes"]
assert (local["DestinationCidrBlock"], local["GatewayId"]) == ("10.0.0.0/16", "local"), table
assert rest["NatGatewayId"] == min(gateways) and rest["State"] == "active", table

# Routes that the tenant sets: one subnet leaves by another gateway than the rest.
EVERYTHING = "0.0.0.0/0"
internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc["VpcId"])
(one,) = pages(
    "describe_internet_gateways",
    "InternetGateways",
    Filters=[{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}],
)
assert one["Attachments"] == [{"State": "available", "VpcId": vpc["VpcId"]}], one
own = ec2.create_route_table(VpcId=vpc["VpcId"])["RouteTable"]["RouteTableId"]
route = {"RouteTableId": own, "DestinationCidrBlock": EVERYTHING}
assert ec2.create_route(NatGatewayId=gateways[4], **route)["Return"]
refused("RouteAlreadyExists", ec2.create_route, GatewayId=internet, **route)
tie = ec2.associate_route_table(RouteTableId=own, SubnetId=subnets[4])["AssociationId"]
(one,) = pages(
    "describe_route_tables",
    "RouteTables",
    Filters=[{"Name": "association.subnet-id", "Values": [subnets[4]]}],
)
assert one["Routes"][1]["NatGatewayId"] == gateways[4], one
refused("DependencyViolation", ec2.delete_route_table, RouteTableId=own)
ec2.replace_route(GatewayId=internet, **route)
assert len(pages("describe_route_tables", "RouteTables")) == 2
ec2.disassociate_route_table(AssociationId=tie)
ec2.delete_route(**route)
refused("InvalidRoute.NotFound", ec2.delete_route, **route)
ec2.delete_route_table(RouteTableId=own)
refused("DependencyViolation", ec2.delete_internet_gateway, InternetGatewayId=internet)
ec2.detach_internet_gateway(InternetGatewayId=internet, VpcId=vpc["VpcId"])
ec2.delete_internet_gateway(InternetGatewayId=internet)

# Tags come and go.
ec2.create_tags(Resources=gateways, Tags=[{"Key": "empty", "Value": ""}])
assert len(pages("describe_tags", "Tags")) == len(tags) + len(gateways)
ec2.delete_tags(Resources=gateways, Tags=[{"Key": "empty"}])
assert len(pages("describe_tags", "Tags")) == len(tags)

# Flow logs: one by one, each done or not.
interfaces = [g["NatGatewayAddresses"][0]["NetworkInterfaceId"] for g in shown]
made = ec2.create_flow_logs(
    ResourceIds=interfaces + ["eni-0123456789abcdef0"],
    ResourceType="NetworkInterface",
    TrafficType="ALL",
    LogDestinationType="s3",
    LogDestination="arn:aws:s3:::logs/deep/",
    MaxAggregationInterval=60,
)
assert len(made["FlowLogIds"]) == len(interfaces), made
(failed,) = made["Unsuccessful"]
assert failed["Error"]["Code"] == "InvalidNetworkInterfaceID.NotFound", failed
logs = pages("describe_flow_logs", "FlowLogs")
assert sorted(l["FlowLogId"] for l in logs) == sorted(made["FlowLogIds"]), logs
assert not ec2.delete_flow_logs(FlowLogIds=made["FlowLogIds"])["Unsuccessful"]

# What is refused is refused with AWS's codes.
refused("InvalidIPAddress.InUse", ec2.release_address, AllocationId=addresses[0])
refused("DependencyViolation", ec2.delete_vpc, VpcId=vpc["VpcId"])
refused("NatGatewayNotFound", ec2.delete_nat_gateway, NatGatewayId="nat-0123456789abcdef0")
refused("NatGatewayMalformed", ec2.delete_nat_gateway, NatGatewayId="nat-1")

# The way back.
for gateway in gateways:
    assert ec2.delete_nat_gateway(NatGatewayId=gateway)["NatGatewayId"] == gateway
await_state("nat_gateway_deleted", NatGatewayIds=gateways)
for address in addresses:
    ec2.release_address(AllocationId=address)
for subnet in subnets:
    ec2.delete_subnet(SubnetId=subnet)
ec2.delete_vpc(VpcId=vpc["VpcId"])
assert pages("describe_vpcs", "Vpcs") == []
print("done")
