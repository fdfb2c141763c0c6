package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.acl;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.entry;
import static io.sallyport.store.catalog.Words.gateway;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.IpPrefix;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.catalog.Resource.AclAssociation;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.Subnet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Network ACLs of a VPC: the default one, associations with subnets, single entries. */
class AclRulesTest {

    private static final AclEntry ENTRY = entry(100, true, 6, true, "0.0.0.0/0");

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void aVpcWithASubnetAndItsDefaultAcl() {
        applied(tenant(ALICE));
        applied(tenant(BOB));
        applied(createVpc(1));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
    }

    private static CatalogCommand createVpc(int number) {
        return new CatalogCommand.CreateVpc(
                ALICE, vpc(number), prefixes("10.0.0.0/16"), Optional.of(acl(number)));
    }

    private static CatalogCommand create(int number, int vpc) {
        return new CatalogCommand.CreateAcl(
                ALICE, acl(number), Optional.of(vpc(vpc)), false, List.of());
    }

    private static CatalogCommand associate(int subnet, int acl) {
        return new CatalogCommand.AssociateSubnet(
                ALICE, subnet(subnet), acl(acl), Optional.empty());
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private void applied(CatalogCommand command) {
        assertThat(run(command)).as("%s", command).isInstanceOf(CatalogResult.Applied.class);
    }

    private void refused(CatalogCommand command, Class<? extends CatalogResult> kind) {
        Catalog before = law.catalog();
        assertThat(run(command)).as("%s", command).isInstanceOf(kind);
        assertThat(law.catalog()).as("a refusal changes nothing").isSameAs(before);
    }

    private NetworkAcl theAcl(int number) {
        return law.catalog().all(NetworkAcl.class).stream()
                .filter(one -> one.id().equals(acl(number)))
                .findFirst()
                .orElseThrow();
    }

    private Subnet theSubnet() {
        return law.catalog().all(Subnet.class).getFirst();
    }

    @Test
    void aVpcComesWithAnAclThatAllowsEverythingAndItsSubnetsHaveIt() {
        assertThat(theAcl(1).isDefault()).isTrue();
        assertThat(theAcl(1).entries())
                .containsExactly(
                        entry(100, false, -1, true, "0.0.0.0/0"),
                        entry(100, true, -1, true, "0.0.0.0/0"));
        assertThat(theSubnet().association()).contains(new AclAssociation(acl(1), index));
        applied(createVpc(1));
        assertThat(law.catalog().all(NetworkAcl.class)).as("a retry makes no other").hasSize(1);
    }

    @Test
    void aDefaultAclGoesWithItsVpcAndNotBefore() {
        refused(new CatalogCommand.DeleteAcl(ALICE, acl(1)), CatalogResult.InUse.class);
        applied(create(7, 1));
        applied(new CatalogCommand.DeleteSubnet(ALICE, subnet(1)));
        refused(new CatalogCommand.DeleteVpc(ALICE, vpc(1)), CatalogResult.InUse.class);
        applied(new CatalogCommand.DeleteAcl(ALICE, acl(7)));
        applied(new CatalogCommand.DeleteVpc(ALICE, vpc(1)));
        assertThat(law.catalog().all(NetworkAcl.class)).isEmpty();
    }

    @Test
    void anotherAclIsAssociatedInsteadOfTheOneThatWasThere() {
        long first = theSubnet().association().orElseThrow().since();
        applied(create(7, 1));
        applied(associate(1, 7));
        assertThat(theSubnet().association()).contains(new AclAssociation(acl(7), index));
        refused(new CatalogCommand.DeleteAcl(ALICE, acl(7)), CatalogResult.InUse.class);
        refused(
                new CatalogCommand.AssociateSubnet(ALICE, subnet(1), acl(1), Optional.of(first)),
                CatalogResult.Conflict.class);
        long since = theSubnet().association().orElseThrow().since();
        applied(associate(1, 7));
        assertThat(theSubnet().association().orElseThrow().since())
                .as("what it has already is no change")
                .isEqualTo(since);
        applied(new CatalogCommand.AssociateSubnet(ALICE, subnet(1), acl(1), Optional.of(since)));
        applied(new CatalogCommand.DeleteAcl(ALICE, acl(7)));
    }

    @Test
    void anAclOfAVpcIsForItsOwnSubnetsAndGatewaysOnly() {
        applied(createVpc(2));
        applied(create(7, 2));
        refused(associate(1, 7), CatalogResult.Invalid.class);
        refused(associate(1, 8), CatalogResult.NotFound.class);
        applied(createGateway(ALICE, 1, 1));
        refused(
                new CatalogCommand.AssociateAcl(ALICE, gateway(1), Optional.of(acl(7))),
                CatalogResult.Invalid.class);
        applied(new CatalogCommand.PutAcl(ALICE, acl(9), List.of(ENTRY)));
        refused(associate(1, 9), CatalogResult.Invalid.class);
        applied(new CatalogCommand.AssociateAcl(ALICE, gateway(1), Optional.of(acl(9))));
        applied(new CatalogCommand.AssociateAcl(ALICE, gateway(1), Optional.of(acl(1))));
    }

    @Test
    void singleEntriesAreCreatedReplacedAndDeleted() {
        applied(create(7, 1));
        applied(new CatalogCommand.PutAclEntry(ALICE, acl(7), ENTRY, false));
        refused(
                new CatalogCommand.PutAclEntry(ALICE, acl(7), ENTRY, false),
                CatalogResult.Conflict.class);
        AclEntry ingress = entry(100, false, 6, true, "0.0.0.0/0");
        refused(
                new CatalogCommand.PutAclEntry(ALICE, acl(7), ingress, true),
                CatalogResult.NotFound.class);
        applied(new CatalogCommand.PutAclEntry(ALICE, acl(7), ingress, false));
        AclEntry other = entry(100, true, 17, false, "10.0.0.0/8");
        applied(new CatalogCommand.PutAclEntry(ALICE, acl(7), other, true));
        assertThat(theAcl(7).entries()).containsExactly(ingress, other);
        assertThat(theAcl(7).vpc()).as("the rest stays").contains(vpc(1));
        applied(new CatalogCommand.DeleteAclEntry(ALICE, acl(7), true, 100));
        refused(
                new CatalogCommand.DeleteAclEntry(ALICE, acl(7), true, 100),
                CatalogResult.NotFound.class);
        assertThat(theAcl(7).entries()).containsExactly(ingress);
        refused(
                new CatalogCommand.PutAclEntry(
                        ALICE, acl(7), entry(32767, true, 6, true, "0.0.0.0/0"), false),
                CatalogResult.Invalid.class);
    }

    @Test
    void statefulIsToldWithTheEntriesOrStays() {
        applied(create(7, 1));
        applied(new CatalogCommand.PutAcl(ALICE, acl(7), Optional.of(true), List.of(ENTRY)));
        assertThat(theAcl(7).stateful()).isTrue();
        applied(new CatalogCommand.PutAcl(ALICE, acl(7), List.of()));
        assertThat(theAcl(7).stateful()).isTrue();
        assertThat(theAcl(7).isDefault()).isFalse();
        refused(create(7, 1), CatalogResult.Conflict.class);
    }

    @Test
    void somebodyElsesIsNotThere() {
        for (CatalogCommand command :
                List.of(
                        new CatalogCommand.PutAclEntry(BOB, acl(1), ENTRY, false),
                        new CatalogCommand.DeleteAclEntry(BOB, acl(1), true, 100),
                        new CatalogCommand.AssociateSubnet(
                                BOB, subnet(1), acl(1), Optional.empty()),
                        new CatalogCommand.CreateAcl(
                                BOB, acl(8), Optional.of(vpc(1)), false, List.of()),
                        new CatalogCommand.CreateAcl(BOB, acl(1), List.of()))) {
            refused(command, CatalogResult.NotFound.class);
        }
    }

    @Test
    void theNearPrefixIsOfTheSameFamilyAndTheLargestAclIsOneCommand() {
        AclEntry mixed =
                new AclEntry(
                        1,
                        true,
                        6,
                        true,
                        IpPrefix.parse("0.0.0.0/0"),
                        0,
                        1,
                        -1,
                        -1,
                        Optional.of(IpPrefix.parse("::/0")));
        refused(
                new CatalogCommand.PutAclEntry(ALICE, acl(1), mixed, false),
                CatalogResult.Invalid.class);
        IpPrefix prefix = IpPrefix.parse("2001:db8::/64");
        List<AclEntry> most =
                IntStream.rangeClosed(1, CatalogLimits.ENTRIES_PER_ACL)
                        .mapToObj(number ->
                                new AclEntry(
                                        number,
                                        true,
                                        6,
                                        true,
                                        prefix,
                                        0,
                                        1,
                                        -1,
                                        -1,
                                        Optional.of(prefix)))
                        .toList();
        assertThat(CatalogCodec.encode(new CatalogCommand.PutAcl(ALICE, acl(1), most)).length)
                .isLessThan(ClientCall.COMMAND_BYTES_MAX);
    }

    /** As stores of the release before made them. */
    @Test
    void aVpcThatWasMadeWithoutADefaultAclMayHaveOthers() {
        applied(Words.createVpc(ALICE, 3, "10.3.0.0/16"));
        applied(createSubnet(ALICE, 3, 3, "10.3.1.0/24"));
        assertThat(law.catalog().all(Subnet.class).getLast().acl()).isEmpty();
        applied(create(7, 3));
        applied(associate(3, 7));
        assertThat(law.catalog().all(Subnet.class).getLast().acl()).contains(acl(7));
    }
}
