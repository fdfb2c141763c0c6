package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.control.Ec2.Tenant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The AWS CLI and boto3 as the distribution has them, where they are installed. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class Ec2ToolsTest {

    private static final Path AWS = Path.of("/usr/bin/aws");
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path BOTO3_LIFE =
            Path.of("src/test/resources/boto3_life.py").toAbsolutePath();

    @TempDir Path directory;

    private Tenant tenant;

    @BeforeEach
    void aTenantAndANode() {
        Api.pool();
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
    }

    @AfterEach
    void noNodes() {
        Api.STORE.noNodes();
    }

    private String aws(int status, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                AWS.toString(),
                                "--endpoint-url",
                                Ec2.endpoint().toString(),
                                "--region",
                                "us-east-1",
                                "--output",
                                "text",
                                "ec2"));
        command.addAll(List.of(arguments));
        return run(status, command);
    }

    /** With the tenant's credentials, in nobody's home. */
    private String run(int status, List<String> command) throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("AWS_ACCESS_KEY_ID", tenant.accessKeyId());
        builder.environment().put("AWS_SECRET_ACCESS_KEY", tenant.secret());
        builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        int exit = process.waitFor();
        String text = Files.readString(out, StandardCharsets.UTF_8).strip();
        assertThat(exit).as("%s: %s", String.join(" ", command), text).isEqualTo(status);
        return text;
    }

    private static boolean hasBoto3() throws IOException, InterruptedException {
        return Files.isExecutable(PYTHON)
                && new ProcessBuilder(PYTHON.toString(), "-I", "-c", "import boto3")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    @Test
    void boto3BuildsGatewaysPagesThroughThemAndTakesThemDown() throws Exception {
        assumeTrue(hasBoto3(), "python3-boto3 is not installed");
        List<String> life =
                List.of(
                        PYTHON.toString(),
                        "-I",
                        BOTO3_LIFE.toString(),
                        Ec2.endpoint().toString(),
                        tenant.account());
        assertThat(run(0, life)).isEqualTo("done");
    }

    @Test
    void commandLineBuildsAGatewayAndTakesItDown() throws Exception {
        assumeTrue(Files.isExecutable(AWS), "awscli is not installed");
        String vpc =
                aws(
                        0,
                        "create-vpc",
                        "--cidr-block",
                        "10.0.0.0/16",
                        "--tag-specifications",
                        "ResourceType=vpc,Tags=[{Key=Name,Value=\"a <b> & c\"}]",
                        "--query",
                        "Vpc.VpcId");
        String subnet =
                aws(
                        0,
                        "create-subnet",
                        "--vpc-id",
                        vpc,
                        "--cidr-block",
                        "10.0.1.0/24",
                        "--query",
                        "Subnet.SubnetId");
        String eip = aws(0, "allocate-address", "--query", "AllocationId");
        String nat =
                aws(
                        0,
                        "create-nat-gateway",
                        "--subnet-id",
                        subnet,
                        "--allocation-id",
                        eip,
                        "--query",
                        "NatGateway.NatGatewayId");
        aws(0, "wait", "nat-gateway-available", "--nat-gateway-ids", nat);
        assertThat(
                        aws(
                                0,
                                "describe-nat-gateways",
                                "--filter",
                                "Name=vpc-id,Values=" + vpc,
                                "Name=state,Values=avail*",
                                "--max-items",
                                "10",
                                "--query",
                                "NatGateways[].[NatGatewayId,State,NatGatewayAddresses[0].AllocationId]"))
                .isEqualTo(nat + "\tavailable\t" + eip);
        assertThat(aws(0, "describe-tags", "--query", "Tags[].[ResourceId,Key,Value]"))
                .isEqualTo(vpc + "\tName\ta <b> & c");
        assertThat(aws(254, "release-address", "--allocation-id", eip))
                .contains("(InvalidIPAddress.InUse)");
        assertThat(aws(254, "delete-nat-gateway", "--nat-gateway-id", nat, "--dry-run"))
                .contains("(DryRunOperation)");
        aws(0, "delete-nat-gateway", "--nat-gateway-id", nat);
        aws(0, "wait", "nat-gateway-deleted", "--nat-gateway-ids", nat);
        aws(0, "release-address", "--allocation-id", eip);
        aws(0, "delete-subnet", "--subnet-id", subnet);
        aws(0, "delete-vpc", "--vpc-id", vpc);
        assertThat(aws(0, "describe-vpcs", "--query", "Vpcs[].VpcId")).isEmpty();
    }

    @Test
    void commandLineAssociatesANetworkAclAndTakesItDown() throws Exception {
        assumeTrue(Files.isExecutable(AWS), "awscli is not installed");
        String vpc = aws(0, "create-vpc", "--cidr-block", "10.0.0.0/16", "--query", "Vpc.VpcId");
        aws(0, "create-subnet", "--vpc-id", vpc, "--cidr-block", "10.0.1.0/24");
        String acl =
                aws(0, "create-network-acl", "--vpc-id", vpc, "--query", "NetworkAcl.NetworkAclId");
        aws(
                0,
                "create-network-acl-entry",
                "--network-acl-id",
                acl,
                "--ingress",
                "--rule-number",
                "100",
                "--protocol",
                "udp",
                "--port-range",
                "From=53,To=53",
                "--cidr-block",
                "0.0.0.0/0",
                "--rule-action",
                "allow");
        aws(
                0,
                "replace-network-acl-entry",
                "--network-acl-id",
                acl,
                "--ingress",
                "--rule-number",
                "100",
                "--protocol",
                "icmp",
                "--icmp-type-code",
                "Code=-1,Type=8",
                "--cidr-block",
                "192.0.2.9/24",
                "--rule-action",
                "deny");
        assertThat(
                        aws(
                                0,
                                "describe-network-acls",
                                "--filters",
                                "Name=entry.icmp.type,Values=8",
                                "--query",
                                "NetworkAcls[].Entries[?RuleNumber==`100`][]"
                                        + ".[CidrBlock,Egress,IcmpTypeCode.Type,Protocol,RuleAction]"))
                .isEqualTo("192.0.2.0/24\tFalse\t8\t1\tdeny");
        String tie =
                aws(
                        0,
                        "describe-network-acls",
                        "--filters",
                        "Name=vpc-id,Values=" + vpc,
                        "Name=default,Values=true",
                        "--query",
                        "NetworkAcls[].Associations[].NetworkAclAssociationId");
        String fresh =
                aws(
                        0,
                        "replace-network-acl-association",
                        "--association-id",
                        tie,
                        "--network-acl-id",
                        acl,
                        "--query",
                        "NewAssociationId");
        assertThat(fresh).startsWith("aclassoc-").isNotEqualTo(tie);
        assertThat(aws(254, "delete-network-acl", "--network-acl-id", acl))
                .contains("(DependencyViolation)", "has dependencies and cannot be deleted.");
        aws(
                0,
                "delete-network-acl-entry",
                "--network-acl-id",
                acl,
                "--ingress",
                "--rule-number",
                "100");
    }

    @Test
    void commandLineSetsARouteAndTakesItBack() throws Exception {
        assumeTrue(Files.isExecutable(AWS), "awscli is not installed");
        String vpc = aws(0, "create-vpc", "--cidr-block", "10.0.0.0/16", "--query", "Vpc.VpcId");
        String internet =
                aws(0, "create-internet-gateway", "--query", "InternetGateway.InternetGatewayId");
        aws(0, "attach-internet-gateway", "--internet-gateway-id", internet, "--vpc-id", vpc);
        String table =
                aws(0, "create-route-table", "--vpc-id", vpc, "--query", "RouteTable.RouteTableId");
        String all = "0.0.0.0/0";
        List<String> route = List.of("--route-table-id", table, "--destination-cidr-block", all);
        aws(0, "create-route", route, "--gateway-id", internet);
        assertThat(aws(254, "create-route", route, "--gateway-id", internet))
                .contains("(RouteAlreadyExists)");
        assertThat(
                        aws(
                                0,
                                "describe-route-tables",
                                "--filters",
                                "Name=route.gateway-id,Values=igw-*",
                                "--query",
                                "RouteTables[].Routes[?DestinationCidrBlock==`0.0.0.0/0`][]"
                                        + ".[GatewayId,Origin,State]"))
                .isEqualTo(internet + "\tCreateRoute\tactive");
        aws(0, "delete-route", route);
        aws(0, "delete-route-table", "--route-table-id", table);
        aws(0, "detach-internet-gateway", "--internet-gateway-id", internet, "--vpc-id", vpc);
        aws(0, "delete-internet-gateway", "--internet-gateway-id", internet);
        aws(0, "delete-vpc", "--vpc-id", vpc);
    }

    private String aws(int status, String action, List<String> first, String... rest)
            throws Exception {
        List<String> all = new ArrayList<>(List.of(action));
        all.addAll(first);
        all.addAll(List.of(rest));
        return aws(status, all.toArray(String[]::new));
    }
}
