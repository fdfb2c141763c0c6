package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.acl;
import static io.sallyport.store.catalog.Words.allocate;
import static io.sallyport.store.catalog.Words.attach;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.createVpc;
import static io.sallyport.store.catalog.Words.eip;
import static io.sallyport.store.catalog.Words.entry;
import static io.sallyport.store.catalog.Words.flowLog;
import static io.sallyport.store.catalog.Words.gateway;
import static io.sallyport.store.catalog.Words.networkInterface;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.catalog.Resource.Attachment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatalogLawTest {

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void twoTenantsAndAPool() {
        applied(tenant(ALICE));
        applied(tenant(BOB));
        applied(new CatalogCommand.PutPool("public", prefixes("203.0.113.0/29", "2001:db8::/64")));
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private Resource applied(CatalogCommand command) {
        CatalogResult result = run(command);
        assertThat(result).as("%s", command).isInstanceOf(CatalogResult.Applied.class);
        return ((CatalogResult.Applied) result).resource().orElseThrow();
    }

    private void refused(CatalogCommand command, Class<? extends CatalogResult> kind) {
        Catalog before = law.catalog();
        assertThat(run(command)).as("%s", command).isInstanceOf(kind);
        assertThat(law.catalog()).as("a refusal changes nothing").isSameAs(before);
    }

    private void gatewayOfAlice() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16", "fd00:aa::/64"));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        applied(createGateway(ALICE, 1, 1));
    }

    @Test
    void versionOfAThingIsTheIndexOfTheEntryThatChangedIt() {
        Resource vpc = applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        assertThat(vpc.version()).isEqualTo(index);
        assertThat(law.catalog().version()).isEqualTo(index);
    }

    @Test
    void retriedCreateAnswersWithWhatExistsAndOtherParametersConflict() {
        Resource vpc = applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        assertThat(applied(createVpc(ALICE, 1, "10.0.0.0/16"))).isEqualTo(vpc);
        refused(createVpc(ALICE, 1, "10.1.0.0/16"), CatalogResult.Conflict.class);
        refused(createVpc(BOB, 1, "10.0.0.0/16"), CatalogResult.NotFound.class);
    }

    @Test
    void foreignThingsAreNotThere() {
        gatewayOfAlice();
        applied(allocate(ALICE, 1, false));
        applied(new CatalogCommand.PutAcl(ALICE, acl(1), List.of()));
        for (CatalogCommand command :
                List.of(
                        new CatalogCommand.DeleteVpc(BOB, vpc(1)),
                        createSubnet(BOB, 2, 1, "10.0.2.0/24"),
                        new CatalogCommand.DeleteSubnet(BOB, subnet(1)),
                        createGateway(BOB, 2, 1),
                        new CatalogCommand.DeleteGateway(BOB, gateway(1)),
                        attach(BOB, 1, 1),
                        new CatalogCommand.DetachAddress(BOB, eip(1)),
                        new CatalogCommand.ReleaseAddress(BOB, eip(1)),
                        new CatalogCommand.PutAcl(BOB, acl(1), List.of()),
                        new CatalogCommand.DeleteAcl(BOB, acl(1)),
                        new CatalogCommand.AssociateAcl(BOB, gateway(1), Optional.of(acl(1))),
                        new CatalogCommand.SetCopies(BOB, gateway(1), 2),
                        new CatalogCommand.CreateFlowLog(
                                BOB,
                                flowLog(1),
                                gateway(1),
                                "logs",
                                "",
                                Resource.TrafficType.ALL))) {
            refused(command, CatalogResult.NotFound.class);
        }
    }

    @Test
    void ownAddressAndForeignGatewayDoNotMeet() {
        gatewayOfAlice();
        applied(allocate(BOB, 1, false));
        refused(attach(BOB, 1, 1), CatalogResult.NotFound.class);
    }

    @Test
    void vpcsMayOverlapButNotWithinOne() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createVpc(ALICE, 2, "10.0.0.0/16"));
        applied(createVpc(BOB, 3, "10.0.0.0/8"));
        refused(createVpc(ALICE, 4, "10.0.0.0/16", "10.0.1.0/24"), CatalogResult.Invalid.class);
        for (String never :
                List.of("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "fe80::/64", "::/0")) {
            refused(createVpc(ALICE, 4, never), CatalogResult.Invalid.class);
        }
        refused(createVpc(ALICE, 4), CatalogResult.Invalid.class);
    }

    @Test
    void subnetsLieInTheirVpcAndApart() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        refused(createSubnet(ALICE, 2, 1, "10.0.1.128/25"), CatalogResult.Conflict.class);
        refused(createSubnet(ALICE, 2, 1, "10.1.0.0/24"), CatalogResult.Invalid.class);
        refused(createSubnet(ALICE, 2, 1, "10.0.2.0/31"), CatalogResult.Invalid.class);
        refused(createSubnet(ALICE, 2, 9, "10.0.2.0/24"), CatalogResult.NotFound.class);
    }

    @Test
    void gatewayTakesTheLowestFreeAddressBehindTheReservedOnes() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16", "fd00:aa::/64"));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/29"));
        List<String> drawn = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Resource.Gateway gateway = (Resource.Gateway) applied(createGateway(ALICE, i, 1));
            drawn.add(gateway.privateAddress() + " " + gateway.privateAddressV6().orElseThrow());
        }
        assertThat(drawn)
                .containsExactly(
                        "10.0.1.4 fd00:aa::4", "10.0.1.5 fd00:aa::5", "10.0.1.6 fd00:aa::6");
        refused(createGateway(ALICE, 4, 1), CatalogResult.LimitExceeded.class);
        run(new CatalogCommand.DeleteGateway(ALICE, gateway(2)));
        Resource.Gateway again = (Resource.Gateway) applied(createGateway(ALICE, 5, 1));
        assertThat(again.privateAddress()).hasToString("10.0.1.5");
    }

    @Test
    void wishedPrivateAddressIsInTheSubnetAndFree() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        applied(wish(1, "10.0.1.1"));
        refused(wish(2, "10.0.1.1"), CatalogResult.Conflict.class);
        for (String never : List.of("10.0.1.0", "10.0.1.255", "10.0.2.9", "fd00::9")) {
            refused(wish(2, never), CatalogResult.Invalid.class);
        }
        refused(
                new CatalogCommand.CreateGateway(
                        ALICE, gateway(3), subnet(1), networkInterface(1), Optional.empty(), 2),
                CatalogResult.Conflict.class);
        refused(
                new CatalogCommand.CreateGateway(
                        ALICE, gateway(3), subnet(1), networkInterface(3), Optional.empty(), 9),
                CatalogResult.Invalid.class);
    }

    private static CatalogCommand wish(int number, String address) {
        return new CatalogCommand.CreateGateway(
                ALICE,
                gateway(number),
                subnet(1),
                networkInterface(number),
                Optional.of(IpAddress.parse(address)),
                1);
    }

    @Test
    void poolGivesEachAddressOnceAndSaysWhenItIsEmpty() {
        List<String> drawn = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            drawn.add(
                    ((Resource.ElasticIp) applied(allocate(ALICE, i, false))).address().toString());
        }
        assertThat(drawn)
                .containsExactly(
                        "203.0.113.1",
                        "203.0.113.2",
                        "203.0.113.3",
                        "203.0.113.4",
                        "203.0.113.5",
                        "203.0.113.6");
        refused(allocate(BOB, 7, false), CatalogResult.LimitExceeded.class);
        run(new CatalogCommand.ReleaseAddress(ALICE, eip(3)));
        Resource.ElasticIp bobs = (Resource.ElasticIp) applied(allocate(BOB, 7, false));
        assertThat(bobs.address()).hasToString("203.0.113.3");
        assertThat(((Resource.ElasticIp) applied(allocate(BOB, 8, true))).address())
                .hasToString("2001:db8::1");
    }

    @Test
    void wishedAddressIsOfThePoolAndTheFamilyAndFree() {
        applied(wishedEip(1, false, "203.0.113.7"));
        refused(wishedEip(2, false, "203.0.113.7"), CatalogResult.Conflict.class);
        refused(wishedEip(2, false, "203.0.113.8"), CatalogResult.Invalid.class);
        refused(wishedEip(2, true, "203.0.113.6"), CatalogResult.Invalid.class);
    }

    private static CatalogCommand wishedEip(int number, boolean ipv6, String address) {
        return new CatalogCommand.AllocateAddress(
                ALICE, eip(number), "public", ipv6, Optional.of(IpAddress.parse(address)));
    }

    @Test
    void everyAttachStartsANewLifeOfThePool() {
        gatewayOfAlice();
        applied(createGateway(ALICE, 2, 1));
        Resource.ElasticIp free = (Resource.ElasticIp) applied(allocate(ALICE, 1, false));
        IpAddress address = free.address();
        assertThat(law.knows(address, 0)).as("not attached").isFalse();

        Resource.ElasticIp first = (Resource.ElasticIp) applied(attach(ALICE, 1, 1));
        assertThat(first.poolGeneration()).isEqualTo(index);
        assertThat(law.knows(address, first.poolGeneration())).isTrue();
        assertThat(applied(attach(ALICE, 1, 1))).as("a retry is no new life").isEqualTo(first);

        Resource.ElasticIp moved = (Resource.ElasticIp) applied(attach(ALICE, 1, 2));
        assertThat(moved.gateway()).contains(gateway(2));
        assertThat(law.knows(address, first.poolGeneration())).isFalse();
        assertThat(law.knows(address, moved.poolGeneration())).isTrue();

        applied(new CatalogCommand.DetachAddress(ALICE, eip(1)));
        assertThat(law.knows(address, moved.poolGeneration())).isFalse();
        run(new CatalogCommand.ReleaseAddress(ALICE, eip(1)));
        applied(wishedEip(9, false, address.toString()));
        Resource.ElasticIp reborn = (Resource.ElasticIp) applied(attach(ALICE, 9, 1));
        assertThat(reborn.poolGeneration()).isGreaterThan(moved.poolGeneration());
        assertThat(law.knows(address, moved.poolGeneration())).isFalse();
    }

    @Test
    void addressGoesOnlyWhereTheGatewaySpeaksItsFamily() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        applied(createGateway(ALICE, 1, 1));
        applied(allocate(ALICE, 1, true));
        refused(attach(ALICE, 1, 1), CatalogResult.Invalid.class);
    }

    @Test
    void copiesOfAGatewayChangeAndNothingElseOfIt() {
        gatewayOfAlice();
        applied(new CatalogCommand.PutAcl(ALICE, acl(1), List.of()));
        Resource.Gateway before =
                (Resource.Gateway)
                        applied(
                                new CatalogCommand.AssociateAcl(
                                        ALICE, gateway(1), Optional.of(acl(1))));
        Resource.Gateway after =
                (Resource.Gateway) applied(new CatalogCommand.SetCopies(ALICE, gateway(1), 5));
        assertThat(after.copies()).isEqualTo(5);
        assertThat(after.version()).isEqualTo(index);
        assertThat(after)
                .usingRecursiveComparison()
                .ignoringFields("copies", "version")
                .isEqualTo(before);
        assertThat(applied(new CatalogCommand.SetCopies(ALICE, gateway(1), 5))).isEqualTo(after);
        for (int wrong : List.of(0, -1, CatalogLimits.COPIES + 1)) {
            refused(
                    new CatalogCommand.SetCopies(ALICE, gateway(1), wrong),
                    CatalogResult.Invalid.class);
        }
    }

    @Test
    void whatHasChangedSinceItWasSeenIsLeftAlone() {
        gatewayOfAlice();
        CatalogCommand five = new CatalogCommand.SetCopies(ALICE, gateway(1), 5);
        String key = gateway(1).value();
        long seen = applied(five).version();
        CatalogCommand six = new CatalogCommand.SetCopies(ALICE, gateway(1), 6);
        refused(
                new CatalogCommand.IfUnchanged(six, key, List.of(seen - 1, seen + 100)),
                CatalogResult.Changed.class);
        long next = applied(new CatalogCommand.IfUnchanged(six, key, List.of(1L, seen))).version();
        assertThat(next).isGreaterThan(seen);
        refused(
                new CatalogCommand.IfUnchanged(five, key, List.of(seen)),
                CatalogResult.Changed.class);
        applied(new CatalogCommand.IfUnchanged(five, key, List.of()));
        CatalogCommand foreign = new CatalogCommand.SetCopies(BOB, gateway(1), 6);
        for (List<Long> versions : List.of(List.<Long>of(), List.of(next), List.of(7L))) {
            refused(
                    new CatalogCommand.IfUnchanged(foreign, key, versions),
                    CatalogResult.NotFound.class);
        }
        CatalogCommand fresh = new CatalogCommand.PutAcl(ALICE, acl(1), List.of());
        refused(
                new CatalogCommand.IfUnchanged(fresh, acl(1).value(), List.of()),
                CatalogResult.Changed.class);
    }

    @Test
    void whatIsNeededIsNotDeleted() {
        gatewayOfAlice();
        applied(allocate(ALICE, 1, false));
        applied(attach(ALICE, 1, 1));
        applied(new CatalogCommand.PutAcl(ALICE, acl(1), List.of()));
        applied(new CatalogCommand.AssociateAcl(ALICE, gateway(1), Optional.of(acl(1))));
        applied(flowLogOf(1, "logs"));
        for (CatalogCommand command :
                List.of(
                        new CatalogCommand.DeleteTenant(ALICE),
                        new CatalogCommand.DeletePool("public"),
                        new CatalogCommand.PutPool("public", prefixes("203.0.113.4/30")),
                        new CatalogCommand.DeleteVpc(ALICE, vpc(1)),
                        new CatalogCommand.DeleteSubnet(ALICE, subnet(1)),
                        new CatalogCommand.DeleteGateway(ALICE, gateway(1)),
                        new CatalogCommand.ReleaseAddress(ALICE, eip(1)),
                        new CatalogCommand.DeleteAcl(ALICE, acl(1)))) {
            refused(command, CatalogResult.InUse.class);
        }
        run(new CatalogCommand.DeleteFlowLog(ALICE, flowLog(1)));
        applied(new CatalogCommand.DetachAddress(ALICE, eip(1)));
        run(new CatalogCommand.ReleaseAddress(ALICE, eip(1)));
        run(new CatalogCommand.DeleteGateway(ALICE, gateway(1)));
        run(new CatalogCommand.DeleteAcl(ALICE, acl(1)));
        run(new CatalogCommand.DeleteSubnet(ALICE, subnet(1)));
        run(new CatalogCommand.DeleteVpc(ALICE, vpc(1)));
        run(new CatalogCommand.DeleteTenant(ALICE));
        assertThat(law.catalog().resources()).hasSize(2);
    }

    private static CatalogCommand flowLogOf(int number, String bucket) {
        return new CatalogCommand.CreateFlowLog(
                ALICE, flowLog(number), gateway(1), bucket, "a/b", Resource.TrafficType.ALL);
    }

    @Test
    void flowLogsNameABucketAndDoNotRepeat() {
        gatewayOfAlice();
        applied(flowLogOf(1, "logs"));
        refused(flowLogOf(2, "logs"), CatalogResult.Conflict.class);
        refused(flowLogOf(2, "No Bucket"), CatalogResult.Invalid.class);
        refused(flowLogOf(2, "a..b"), CatalogResult.Invalid.class);
        applied(flowLogOf(2, "other"));
    }

    @Test
    void numbersAndInterfacesOfVpcsAreUnique() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createVpc(BOB, 2, "10.0.0.0/16"));
        applied(vxlan(1, 100));
        refused(vxlan(2, 100), CatalogResult.Conflict.class);
        refused(vxlan(2, 0), CatalogResult.Invalid.class);
        refused(vxlan(2, 0xf00000), CatalogResult.Invalid.class);
        Resource.Vpc plain = (Resource.Vpc) applied(interfaces(1, "in0", "in1"));
        assertThat(plain.attachment())
                .contains(new Attachment.Interfaces(List.of("in0", "in1"), 0xf00000));
        refused(interfaces(2, "in1"), CatalogResult.Conflict.class);
        refused(interfaces(2, "in2", "in2"), CatalogResult.Invalid.class);
        refused(interfaces(2, "a name"), CatalogResult.Invalid.class);
        Resource.Vpc next = (Resource.Vpc) applied(interfaces(2, "in2"));
        assertThat(next.attachment().orElseThrow().number()).isEqualTo(0xf00001);
        Resource.Vpc kept = (Resource.Vpc) applied(interfaces(1, "in3"));
        assertThat(kept.attachment().orElseThrow().number()).isEqualTo(0xf00000);
    }

    private static CatalogCommand vxlan(int vpc, int vni) {
        return new CatalogCommand.AttachVpc(
                vpc(vpc), Optional.of(new Attachment.Vxlan(vni, prefixes("10.99.0.0/16"))));
    }

    private static CatalogCommand interfaces(int vpc, String... names) {
        return new CatalogCommand.AttachVpc(
                vpc(vpc), Optional.of(new Attachment.Interfaces(List.of(names), 0)));
    }

    @Test
    void poolsDoNotOverlapAndKeysAreNotShared() {
        refused(
                new CatalogCommand.PutPool("other", prefixes("203.0.113.4/31")),
                CatalogResult.Conflict.class);
        refused(
                new CatalogCommand.PutPool("No", prefixes("192.0.2.0/24")),
                CatalogResult.Invalid.class);
        Resource.Tenant alice = (Resource.Tenant) applied(tenant(ALICE));
        refused(
                new CatalogCommand.PutTenant(BOB, "bob", alice.apiKeys().getFirst().hash()),
                CatalogResult.Conflict.class);
        refused(
                new CatalogCommand.PutTenant(BOB, " ", alice.apiKeys().getFirst().hash()),
                CatalogResult.Invalid.class);
        refused(new CatalogCommand.PutTenant(BOB, "bob", "key"), CatalogResult.Invalid.class);
    }

    @Test
    void aclEntriesAreCheckedSortedAndCanonical() {
        AclEntry late = entry(200, true, 6, true, "0.0.0.0/0");
        AclEntry early =
                new AclEntry(100, true, 47, false, IpPrefix.parse("10.0.0.0/8"), 7, 3, 9, 9);
        Resource.NetworkAcl acl =
                (Resource.NetworkAcl)
                        applied(new CatalogCommand.PutAcl(ALICE, acl(1), List.of(late, early)));
        assertThat(acl.entries()).containsExactly(entry(100, true, 47, false, "10.0.0.0/8"), late);
        assertThat(applied(new CatalogCommand.PutAcl(ALICE, acl(1), List.of(early, late))))
                .as("the same rules are no change")
                .isEqualTo(acl);
        for (AclEntry bad :
                List.of(
                        entry(0, true, 6, true, "0.0.0.0/0"),
                        entry(32767, true, 6, true, "0.0.0.0/0"),
                        entry(1, true, 256, true, "0.0.0.0/0"),
                        entry(1, true, -2, true, "0.0.0.0/0"),
                        new AclEntry(1, true, 6, true, IpPrefix.parse("0.0.0.0/0"), 9, 8, -1, -1),
                        new AclEntry(1, true, 17, true, IpPrefix.parse("::/0"), -1, 8, -1, -1),
                        new AclEntry(1, true, 1, true, IpPrefix.parse("0.0.0.0/0"), 0, 0, 256, -1),
                        new AclEntry(1, true, 58, true, IpPrefix.parse("::/0"), 0, 0, -1, 3))) {
            refused(
                    new CatalogCommand.PutAcl(ALICE, acl(1), List.of(bad)),
                    CatalogResult.Invalid.class);
        }
        refused(
                new CatalogCommand.PutAcl(ALICE, acl(2), List.of(late, late)),
                CatalogResult.Invalid.class);
        refused(
                new CatalogCommand.CreateAcl(ALICE, acl(1), List.of(late)),
                CatalogResult.Conflict.class);
        assertThat(applied(new CatalogCommand.CreateAcl(ALICE, acl(1), List.of(late, early))))
                .isEqualTo(acl);
    }

    @Test
    void anAclHasTenThousandEntriesAndATenantTwentySuchAcls() {
        List<AclEntry> most =
                IntStream.rangeClosed(1, CatalogLimits.ENTRIES_PER_ACL)
                        .mapToObj(number -> entry(number, true, 6, true, "2001:db8::/64"))
                        .toList();
        List<AclEntry> tooMany = new ArrayList<>(most);
        tooMany.add(entry(1, false, 6, true, "0.0.0.0/0"));
        refused(
                new CatalogCommand.PutAcl(ALICE, acl(1), tooMany),
                CatalogResult.LimitExceeded.class);
        int acls = CatalogLimits.ENTRIES_PER_TENANT / most.size();
        for (int i = 1; i <= acls; i++) {
            applied(new CatalogCommand.CreateAcl(ALICE, acl(i), most));
        }
        CatalogCommand oneMore =
                new CatalogCommand.PutAcl(ALICE, acl(acls + 1), tooMany.subList(0, 1));
        refused(oneMore, CatalogResult.LimitExceeded.class);
        applied(new CatalogCommand.PutAcl(ALICE, acl(1), most.subList(1, most.size())));
        applied(oneMore);
        applied(new CatalogCommand.PutAcl(BOB, acl(acls + 2), most));
        assertThat(CatalogCodec.encode(new CatalogCommand.PutAcl(ALICE, acl(1), most)).length)
                .isLessThan(ClientCall.COMMAND_BYTES_MAX);
    }

    @Test
    void limitsHold() {
        gatewayOfAlice();
        for (int i = 1; i <= CatalogLimits.ADDRESSES_PER_GATEWAY; i++) {
            applied(allocate(ALICE, i, true));
            applied(attach(ALICE, i, 1));
        }
        applied(allocate(ALICE, 99, true));
        refused(attach(ALICE, 99, 1), CatalogResult.LimitExceeded.class);
        for (int i = 2; i <= CatalogLimits.VPCS_PER_TENANT; i++) {
            applied(createVpc(ALICE, i, "10.0.0.0/16"));
        }
        refused(createVpc(ALICE, 1000, "10.0.0.0/16"), CatalogResult.LimitExceeded.class);
        applied(createVpc(BOB, 1000, "10.0.0.0/16"));
    }
}
