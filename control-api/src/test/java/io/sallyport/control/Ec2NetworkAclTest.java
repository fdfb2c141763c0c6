package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.Ec2.Answer;
import io.sallyport.control.Ec2.Tenant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.CreateNetworkAclEntryRequest;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.NetworkAcl;
import software.amazon.awssdk.services.ec2.model.NetworkAclAssociation;
import software.amazon.awssdk.services.ec2.model.NetworkAclEntry;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RuleAction;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** Network ACLs by EC2 Query: AWS's own client, and what is refused with which code and text. */
class Ec2NetworkAclTest {

    private static Tenant tenant;
    private static Ec2Client client;
    private static String vpc;
    private static String subnet;

    @BeforeAll
    static void aVpcOfBothFamilies() {
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
        client = tenant.client();
        vpc = made(tenant, "vpcId", "CreateVpc CidrBlock=10.0.0.0/16 Ipv6CidrBlock=fd00:aa::/56");
        subnet = made(tenant, "subnetId", "CreateSubnet CidrBlock=10.0.1.0/24 VpcId=" + vpc);
    }

    @AfterAll
    static void noNodes() {
        Api.STORE.noNodes();
        client.close();
    }

    private static Answer call(Tenant caller, String call) {
        String[] parts = call.split(" ");
        return caller.call(
                parts[0],
                Arrays.stream(parts)
                        .skip(1)
                        .flatMap(part -> Stream.of(part.split("=", 2)))
                        .toArray(String[]::new));
    }

    private static String made(Tenant caller, String element, String call) {
        Answer answer = call(caller, call);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return Ec2.all(answer.text(), element).findFirst().orElseThrow();
    }

    private static NetworkAcl theDefault() {
        return client.describeNetworkAcls(
                        r -> r.filters(filter("vpc-id", vpc), filter("default", "true")))
                .networkAcls()
                .getFirst();
    }

    private static Filter filter(String name, String... values) {
        return Filter.builder().name(name).values(values).build();
    }

    private static NetworkAcl read(String id) {
        return client.describeNetworkAcls(r -> r.networkAclIds(id)).networkAcls().getFirst();
    }

    private static String newAcl() {
        return client.createNetworkAcl(r -> r.vpcId(vpc)).networkAcl().networkAclId();
    }

    private static String numbers(NetworkAcl acl) {
        return String.join(
                " ",
                acl.entries().stream()
                        .map(entry -> (entry.egress() ? "out" : "in") + entry.ruleNumber())
                        .toList());
    }

    @Test
    void aVpcHasADefaultOneThatAllowsEverythingAndEndsWithTwoDenies() {
        String other =
                made(tenant, "vpcId", "CreateVpc CidrBlock=10.7.0.0/16 Ipv6CidrBlock=fd00:bb::/56");
        String within =
                made(tenant, "subnetId", "CreateSubnet CidrBlock=10.7.1.0/24 VpcId=" + other);
        NetworkAcl acl =
                client.describeNetworkAcls(r -> r.filters(filter("association.subnet-id", within)))
                        .networkAcls()
                        .getFirst();
        assertThat(acl.isDefault()).isTrue();
        assertThat(acl.vpcId()).isEqualTo(other);
        assertThat(acl.ownerId()).isEqualTo(tenant.account());
        assertThat(numbers(acl))
                .isEqualTo("out100 out101 out32767 out32768 in100 in101 in32767 in32768");
        NetworkAclEntry deny = acl.entries().get(3);
        assertThat(deny.ipv6CidrBlock()).isEqualTo("::/0");
        assertThat(deny.protocol()).isEqualTo("-1");
        assertThat(deny.ruleAction()).isEqualTo(RuleAction.DENY);
        assertThat(acl.associations())
                .singleElement()
                .satisfies(tie -> {
                    assertThat(tie.subnetId()).isEqualTo(within);
                    assertThat(tie.networkAclAssociationId()).startsWith("aclassoc-");
                });
    }

    @Test
    void sdkBuildsOneAssociatesItAndTakesItDown() {
        NetworkAcl acl =
                client.createNetworkAcl(r ->
                                r.vpcId(vpc)
                                        .clientToken("one")
                                        .tagSpecifications(
                                                TagSpecification.builder()
                                                        .resourceType(ResourceType.NETWORK_ACL)
                                                        .tags(
                                                                Tag.builder()
                                                                        .key("Name")
                                                                        .value("<web> & more")
                                                                        .build())
                                                        .build()))
                        .networkAcl();
        String id = acl.networkAclId();
        assertThat(acl.isDefault()).isFalse();
        assertThat(numbers(acl)).isEqualTo("out32767 out32768 in32767 in32768");
        assertThat(acl.tags()).extracting(Tag::value).containsExactly("<web> & more");
        client.createNetworkAclEntry(entry(id, 100, true, "6", "100.68.0.18/18"));
        client.createNetworkAclEntry(r ->
                r.networkAclId(id)
                        .ruleNumber(110)
                        .egress(false)
                        .protocol("58")
                        .ruleAction(RuleAction.ALLOW)
                        .ipv6CidrBlock("::/0")
                        .icmpTypeCode(icmp -> icmp.type(-1).code(-1)));
        client.replaceNetworkAclEntry(r ->
                r.networkAclId(id)
                        .ruleNumber(100)
                        .egress(true)
                        .protocol("17")
                        .ruleAction(RuleAction.DENY)
                        .cidrBlock("100.68.0.18/18")
                        .portRange(ports -> ports.from(53).to(53)));
        NetworkAclEntry replaced = read(id).entries().getFirst();
        assertThat(replaced.cidrBlock()).as("canonical").isEqualTo("100.68.0.0/18");
        assertThat(replaced.protocol()).isEqualTo("17");
        assertThat(replaced.portRange().from()).isEqualTo(53);
        assertThat(read(id).entries().get(3).icmpTypeCode().type()).isEqualTo(-1);
        assertThat(client.createNetworkAcl(r -> r.vpcId(vpc).clientToken("one")).networkAcl())
                .as("a retry, also after it was changed")
                .isEqualTo(read(id));

        String before = association();
        String tie =
                client.replaceNetworkAclAssociation(r -> r.associationId(before).networkAclId(id))
                        .newAssociationId();
        assertThat(tie).isNotEqualTo(before).isEqualTo(association());
        assertThat(
                        client.replaceNetworkAclAssociation(
                                        r -> r.associationId(tie).networkAclId(id))
                                .newAssociationId())
                .as("idempotent")
                .isEqualTo(tie);
        assertRefused(
                "InvalidAssociationID.NotFound",
                () ->
                        client.replaceNetworkAclAssociation(
                                r -> r.associationId(before).networkAclId(id)));
        assertThatThrownBy(() -> client.deleteNetworkAcl(r -> r.networkAclId(id)))
                .hasMessageContaining(
                        "The networkAcl '" + id + "' has dependencies and cannot be deleted.");
        client.replaceNetworkAclAssociation(
                r -> r.associationId(tie).networkAclId(theDefault().networkAclId()));
        client.deleteNetworkAclEntry(r -> r.networkAclId(id).ruleNumber(100).egress(true));
        client.deleteNetworkAcl(r -> r.networkAclId(id));
        assertRefused("InvalidNetworkAclID.NotFound", () -> read(id));
    }

    private static CreateNetworkAclEntryRequest entry(
            String acl, int number, boolean egress, String protocol, String cidr) {
        return CreateNetworkAclEntryRequest.builder()
                .networkAclId(acl)
                .ruleNumber(number)
                .egress(egress)
                .protocol(protocol)
                .ruleAction(RuleAction.ALLOW)
                .cidrBlock(cidr)
                .portRange(ports -> ports.from(80).to(443))
                .build();
    }

    /** Of the one subnet. */
    private static String association() {
        return client
                .describeNetworkAcls(r -> r.filters(filter("association.subnet-id", subnet)))
                .networkAcls()
                .getFirst()
                .associations()
                .stream()
                .filter(tie -> tie.subnetId().equals(subnet))
                .map(NetworkAclAssociation::networkAclAssociationId)
                .findFirst()
                .orElseThrow();
    }

    private static void assertRefused(
            String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Ec2Exception.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    @Test
    void filtersLookIntoEntriesAndPagesGoOn() {
        Tenant other = Ec2.newTenant();
        String space = made(other, "vpcId", "CreateVpc CidrBlock=10.0.0.0/16");
        for (int i = 0; i < 6; i++) {
            String acl = made(other, "networkAclId", "CreateNetworkAcl VpcId=" + space);
            String entry =
                    "CreateNetworkAclEntry NetworkAclId=%s RuleNumber=%d Egress=true Protocol=tcp"
                            + " RuleAction=deny CidrBlock=192.0.2.0/24 PortRange.From=%d"
                            + " PortRange.To=90";
            assertThat(call(other, entry.formatted(acl, 10 + i, 80 + i)).status()).isEqualTo(200);
        }
        try (Ec2Client theirs = other.client()) {
            assertThat(theirs.describeNetworkAclsPaginator(r -> r.maxResults(5)).networkAcls())
                    .hasSize(7);
            for (Map.Entry<String, Integer> each :
                    Map.of(
                                    "entry.rule-number=12", 1,
                                    "entry.port-range.from=83", 1,
                                    "entry.protocol=tcp", 6,
                                    "entry.protocol=6", 6,
                                    "entry.rule-action=deny", 7,
                                    "entry.cidr=192.0.2.*", 6,
                                    "entry.egress=true", 7,
                                    "default=false", 6,
                                    "vpc-id=vpc-0123456789abcdef0", 0,
                                    "entry.ipv6-cidr=*", 0)
                            .entrySet()) {
                String[] parts = each.getKey().split("=");
                assertThat(
                                theirs.describeNetworkAcls(
                                                r -> r.filters(filter(parts[0], parts[1])))
                                        .networkAcls())
                        .as(each.getKey())
                        .hasSize(each.getValue());
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    MissingParameter|CreateNetworkAcl
                    InvalidVpcID.NotFound|CreateNetworkAcl VpcId=vpc-0123456789abcdef0
                    InvalidParameterValue|CreateNetworkAcl VpcId=$vpc TagSpecification.1.ResourceType=vpc TagSpecification.1.Tag.1.Key=a
                    InvalidNetworkAclId.Malformed|DeleteNetworkAcl NetworkAclId=acl-1
                    InvalidNetworkAclID.NotFound|DeleteNetworkAcl NetworkAclId=acl-0123456789abcdef0
                    InvalidParameterValue|DeleteNetworkAcl NetworkAclId=$default
                    InvalidNetworkAclID.NotFound|DescribeNetworkAcls NetworkAclId.1=acl-0123456789abcdef0
                    InvalidParameterValue|DescribeNetworkAcls Filter.1.Name=entry Filter.1.Value.1=x
                    InvalidParameterValue|DescribeNetworkAcls MaxResults=4
                    InvalidParameterCombination|DescribeNetworkAcls MaxResults=5 NetworkAclId.1=$default
                    InvalidAssociationID.NotFound|ReplaceNetworkAclAssociation AssociationId=aclassoc-0123456789abcdef0 NetworkAclId=$default
                    InvalidAssociationID.Malformed|ReplaceNetworkAclAssociation AssociationId=acl-0123456789abcdef0 NetworkAclId=$default
                    InvalidNetworkAclID.NotFound|ReplaceNetworkAclAssociation AssociationId=$association NetworkAclId=acl-0123456789abcdef0
                    InvalidParameterValue|ReplaceNetworkAclAssociation AssociationId=$association NetworkAclId=$elsewhere
                    NetworkAclEntryAlreadyExists|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=100 Egress=true Protocol=-1 RuleAction=allow CidrBlock=0.0.0.0/0
                    InvalidNetworkAclEntry.NotFound|ReplaceNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=-1 RuleAction=allow CidrBlock=0.0.0.0/0
                    InvalidNetworkAclEntry.NotFound|DeleteNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=false
                    InvalidNetworkAclID.NotFound|DeleteNetworkAclEntry NetworkAclId=acl-0123456789abcdef0 RuleNumber=7 Egress=false
                    InvalidParameterValue|DeleteNetworkAclEntry NetworkAclId=$default RuleNumber=32767 Egress=true
                    MissingParameter|DeleteNetworkAclEntry NetworkAclId=$default RuleNumber=7
                    InvalidParameterValue|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=0 Egress=true Protocol=-1 RuleAction=allow CidrBlock=0.0.0.0/0
                    InvalidParameterValue|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=256 RuleAction=allow CidrBlock=0.0.0.0/0
                    InvalidParameterValue|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=-1 RuleAction=permit CidrBlock=0.0.0.0/0
                    InvalidParameterValue|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=perhaps Protocol=-1 RuleAction=allow CidrBlock=0.0.0.0/0
                    InvalidParameterValue|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=-1 RuleAction=allow CidrBlock=::/0
                    MissingParameter|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=-1 RuleAction=allow
                    InvalidParameterCombination|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=-1 RuleAction=allow CidrBlock=0.0.0.0/0 Ipv6CidrBlock=::/0
                    MissingParameter|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=6 RuleAction=allow CidrBlock=0.0.0.0/0
                    MissingParameter|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=1 RuleAction=allow CidrBlock=0.0.0.0/0 Icmp.Type=8
                    InvalidParameterValue|CreateNetworkAclEntry NetworkAclId=$default RuleNumber=7 Egress=true Protocol=6 RuleAction=allow CidrBlock=0.0.0.0/0 PortRange.From=9 PortRange.To=8
                    """)
    void refusalsHaveAwssCodesAndChangeNothing(String code, String call) {
        String elsewhere = made(tenant, "vpcId", "CreateVpc CidrBlock=10.9.0.0/16");
        Map<String, String> ids =
                Map.of(
                        "$vpc",
                        vpc,
                        "$default",
                        theDefault().networkAclId(),
                        "$association",
                        association(),
                        "$elsewhere",
                        "acl-" + elsewhere.substring(4));
        String named = call;
        for (String name : ids.keySet()) {
            named = named.replace(name, Objects.requireNonNull(ids.get(name)));
        }
        long version = Api.STORE.version();
        Answer answer = call(tenant, named);
        assertThat(answer.status() + " " + answer.code())
                .as(answer.text())
                .isEqualTo("400 " + code);
        assertThat(Api.STORE.version()).isEqualTo(version);
        call(tenant, "DeleteVpc VpcId=" + elsewhere);
    }

    @Test
    void refusalsHaveAwssTexts() {
        String acl = newAcl();
        String entry =
                " NetworkAclId="
                        + acl
                        + " RuleNumber=100 Egress=false Protocol=-1"
                        + " RuleAction=allow CidrBlock=0.0.0.0/0";
        assertThat(call(tenant, "ReplaceNetworkAclEntry" + entry).text())
                .contains("<Message>no ingress entry with number 100</Message>");
        assertThat(call(tenant, "CreateNetworkAclEntry" + entry).text())
                .contains("<return>true</return>");
        assertThat(call(tenant, "CreateNetworkAclEntry" + entry).text())
                .contains("The network acl entry identified by 100 already exists.");
        assertThat(
                        call(tenant, "DeleteNetworkAcl NetworkAclId=" + theDefault().networkAclId())
                                .text())
                .contains("cannot delete default network ACL acl-");
    }

    @Test
    void whatIsSomebodyElsesIsToldAsWhatIsNobodys() {
        Tenant stranger = Ec2.newTenant();
        String acl = theDefault().networkAclId();
        String entry = " RuleNumber=9 Egress=true Protocol=-1 RuleAction=deny CidrBlock=0.0.0.0/0";
        for (String call :
                List.of(
                        "DeleteNetworkAcl NetworkAclId=$acl",
                        "DescribeNetworkAcls NetworkAclId.1=$acl",
                        "DescribeNetworkAcls Filter.1.Name=network-acl-id Filter.1.Value.1=$acl",
                        "CreateNetworkAclEntry NetworkAclId=$acl" + entry,
                        "ReplaceNetworkAclEntry NetworkAclId=$acl" + entry,
                        "DeleteNetworkAclEntry NetworkAclId=$acl RuleNumber=100 Egress=true",
                        "ReplaceNetworkAclAssociation NetworkAclId=$acl AssociationId=$tie",
                        "CreateNetworkAcl VpcId=$vpc",
                        "CreateTags ResourceId.1=$acl Tag.1.Key=a")) {
            long version = Api.STORE.version();
            String own =
                    call.replace("$acl", acl).replace("$tie", association()).replace("$vpc", vpc);
            String nobodys = "0123456789abcdef0";
            String none =
                    call.replace("$acl", "acl-" + nobodys)
                            .replace("$tie", "aclassoc-" + nobodys)
                            .replace("$vpc", "vpc-" + nobodys);
            assertThat(call(stranger, own).shape())
                    .as(call)
                    .isEqualTo(call(stranger, none).shape());
            assertThat(Api.STORE.version()).isEqualTo(version);
        }
    }

    /** REST makes such ones for gateways. */
    @Test
    void oneOfNoVpcIsNotTold() {
        String id = Api.create(tenant.apiKey(), "/v1/network-acls", "{\"entries\":[]}");
        assertThat(call(tenant, "DescribeNetworkAcls").text()).doesNotContain(id);
        assertThat(call(tenant, "DescribeNetworkAcls NetworkAclId.1=" + id).code())
                .isEqualTo("InvalidNetworkAclID.NotFound");
    }
}
