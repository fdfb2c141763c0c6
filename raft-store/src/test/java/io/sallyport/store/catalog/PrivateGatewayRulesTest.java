package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.attach;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.createVpc;
import static io.sallyport.store.catalog.Words.eip;
import static io.sallyport.store.catalog.Words.gateway;
import static io.sallyport.store.catalog.Words.networkInterface;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand.OwnAddress;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Owner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator routes 100.64.0.0/24; Alice and Bob have a VPC with a subnet of it each. */
class PrivateGatewayRulesTest {

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void twoTenantsInOneRoutedRange() {
        applied(tenant(ALICE));
        applied(tenant(BOB));
        applied(new CatalogCommand.PutPool("public", prefixes("203.0.113.0/28")));
        applied(
                new CatalogCommand.PutPool(
                        "transit", prefixes("100.64.0.0/24", "fd64::/64"), true));
        applied(createVpc(ALICE, 1, "10.0.0.0/16", "100.64.0.0/24", "fd64::/64"));
        applied(createVpc(BOB, 2, "10.0.0.0/16", "100.64.0.0/24"));
        applied(createSubnet(ALICE, 1, 1, "100.64.0.0/28"));
        applied(createSubnet(ALICE, 3, 1, "10.0.1.0/24"));
        applied(createSubnet(ALICE, 4, 1, "fd64::/80"));
        applied(createSubnet(BOB, 2, 2, "100.64.0.0/28"));
        applied(createVpc(ALICE, 5, "10.0.0.0/16", "100.64.0.0/23"));
        applied(createSubnet(ALICE, 5, 5, "10.0.1.0/24"));
        applied(createSubnet(ALICE, 6, 5, "100.64.0.0/23"));
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private void applied(CatalogCommand command) {
        assertThat(run(command)).as("%s", command).isInstanceOf(CatalogResult.Applied.class);
    }

    private static CatalogCommand create(TenantId tenant, int number, int subnet, String... wish) {
        return new CatalogCommand.CreatePrivateGateway(
                new CatalogCommand.CreateGateway(
                        tenant,
                        gateway(number),
                        subnet(subnet),
                        networkInterface(number),
                        List.of(wish).stream().map(IpAddress::parse).findFirst(),
                        2),
                eip(number));
    }

    private Optional<ElasticIp> own(int number) {
        return law.catalog().all(ElasticIp.class).stream()
                .filter(each -> each.id().equals(eip(number)))
                .findFirst();
    }

    private Gateway made(int number) {
        return law.catalog().all(Gateway.class).stream()
                .filter(each -> each.id().equals(gateway(number)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itTranslatesToItsAddressOfTheSubnetOnceAllObeyThat() {
        applied(create(ALICE, 1, 1));
        ElasticIp own = own(1).orElseThrow();
        assertThat(own.address())
                .isEqualTo(made(1).privateAddress())
                .isEqualTo(IpAddress.parse("100.64.0.4"));
        assertThat(own.gateway()).contains(gateway(1));
        assertThat(own.open()).isFalse();
        assertThat(law.catalog().isPrivate(made(1))).isTrue();
        long born = index;
        law.apply(++index, law.opened(born, 16, index));
        assertThat(own(1).orElseThrow().open()).isTrue();
        assertThat(law.knows(own.address(), born)).isTrue();
    }

    @Test
    void aSubnetOfIpv6GivesOneOfIpv6() {
        applied(create(ALICE, 1, 4));
        assertThat(own(1).orElseThrow().address()).isEqualTo(IpAddress.parse("fd64::4"));
    }

    @Test
    void twoTenantsWithOneRangeGetTwoAddresses() {
        applied(create(ALICE, 1, 1));
        applied(create(BOB, 2, 2));
        assertThat(own(2).orElseThrow().address()).isEqualTo(IpAddress.parse("100.64.0.5"));
        assertThat(run(create(BOB, 3, 2, "100.64.0.4"))).isInstanceOf(CatalogResult.Conflict.class);
        assertThat(own(3)).isEmpty();
    }

    @Test
    void aSubnetThatNobodyRoutesIsRefused() {
        assertThat(run(create(ALICE, 1, 3)))
                .isInstanceOfSatisfying(
                        CatalogResult.Invalid.class,
                        invalid -> assertThat(invalid.field()).isEqualTo("subnetId"));
        assertThat(law.catalog().all(Gateway.class)).isEmpty();
        assertThat(run(create(BOB, 1, 1))).isInstanceOf(CatalogResult.NotFound.class);
    }

    @Test
    void aSubnetOfWhichNobodyRoutesAPartIsRefused() {
        assertThat(run(create(ALICE, 1, 6))).isInstanceOf(CatalogResult.Invalid.class);
    }

    /** A VPC's traffic goes through one of its gateways, whatever it is. */
    @Test
    void aVpcHasGatewaysOfOneKind() {
        applied(createGateway(ALICE, 5, 3));
        assertThat(run(create(ALICE, 1, 1))).isInstanceOf(CatalogResult.Invalid.class);
        applied(new CatalogCommand.DeleteGateway(ALICE, gateway(5)));
        applied(create(ALICE, 1, 1));
        assertThat(run(createGateway(ALICE, 5, 3))).isInstanceOf(CatalogResult.Invalid.class);
        applied(create(ALICE, 2, 1));
    }

    @Test
    void itsAddressHasNoTags() {
        applied(create(ALICE, 1, 1));
        assertThat(
                        run(
                                new CatalogCommand.PutTags(
                                        ALICE,
                                        List.of(eip(1).value()),
                                        new TreeMap<>(Map.of("a", "b")))))
                .isInstanceOf(CatalogResult.NotFound.class);
    }

    @Test
    void aRetryIsAnsweredAlikeAndAnythingElseIsAConflict() {
        applied(create(ALICE, 1, 1));
        long before = law.catalog().version();
        applied(create(ALICE, 1, 1));
        assertThat(law.catalog().version()).isEqualTo(before);
        assertThat(run(createGateway(ALICE, 1, 1))).isInstanceOf(CatalogResult.Conflict.class);
        applied(createGateway(ALICE, 5, 5));
        assertThat(run(create(ALICE, 5, 5))).isInstanceOf(CatalogResult.Conflict.class);
    }

    @Test
    void itsAddressIsNobodyElsesAndItHasNoOther() {
        applied(create(ALICE, 1, 1));
        applied(createGateway(ALICE, 5, 5));
        Owner other = new Owner.OfGateway(gateway(5));
        List.of(
                        new CatalogCommand.MoveAddress(
                                ALICE, eip(1), other, new CatalogCommand.Existing.End()),
                        new CatalogCommand.DetachAddress(ALICE, eip(1)),
                        new CatalogCommand.DrainAddress(ALICE, eip(1), 7),
                        new CatalogCommand.ReleaseAddress(ALICE, eip(1)),
                        new CatalogCommand.DeletePool("transit"),
                        new CatalogCommand.PutPool(
                                "transit", prefixes("100.64.0.0/24", "fd64::/64")))
                .forEach(command ->
                        assertThat(run(command))
                                .as("%s", command)
                                .isInstanceOf(CatalogResult.InUse.class));
        assertThat(
                        run(
                                new CatalogCommand.AllocateAddress(
                                        ALICE, eip(6), "transit", false, Optional.empty())))
                .isInstanceOf(CatalogResult.Invalid.class);
        applied(Words.allocate(ALICE, 6, false));
        assertThat(run(attach(ALICE, 6, 1))).isInstanceOf(CatalogResult.Invalid.class);
        assertThat(own(1).orElseThrow().gateway()).contains(gateway(1));
    }

    private static CatalogCommand assign(TenantId tenant, int gateway, int number, String... wish) {
        return new CatalogCommand.AssignPrivateAddresses(
                tenant, gateway(gateway), List.of(further(number, wish)));
    }

    private static OwnAddress further(int number, String... wish) {
        return new OwnAddress(
                eip(number), List.of(wish).stream().map(IpAddress::parse).findFirst());
    }

    @Test
    void allOfARequestAreAssignedOrNone() {
        applied(create(ALICE, 1, 1));
        Catalog before = law.catalog();
        List.of(
                        List.of(further(3), further(4, "100.64.0.4")),
                        List.of(further(3, "100.64.0.9"), further(4, "100.64.0.9")),
                        List.of(further(3), further(3)))
                .forEach(both ->
                        assertThat(
                                        run(
                                                new CatalogCommand.AssignPrivateAddresses(
                                                        ALICE, gateway(1), both)))
                                .as("%s", both)
                                .isInstanceOf(CatalogResult.Conflict.class));
        assertThat(law.catalog().resources()).isEqualTo(before.resources());
        CatalogCommand.CreateGateway second =
                ((CatalogCommand.CreatePrivateGateway) create(ALICE, 2, 1)).gateway();
        assertThat(
                        run(
                                new CatalogCommand.CreatePrivateGateway(
                                        second,
                                        eip(2),
                                        List.of(further(3), further(4, "100.64.0.4")))))
                .isInstanceOf(CatalogResult.Conflict.class);
        assertThat(law.catalog().resources()).as("no gateway either").isEqualTo(before.resources());
        CatalogCommand both =
                new CatalogCommand.CreatePrivateGateway(
                        second, eip(2), List.of(further(3), further(4, "100.64.0.9")));
        applied(both);
        long version = law.catalog().version();
        applied(both);
        assertThat(law.catalog().version()).as("a retry").isEqualTo(version);
        assertThat(law.catalog().all(ElasticIp.class))
                .filteredOn(eip -> eip.gateway().equals(Optional.of(gateway(2))))
                .extracting(eip -> eip.address().toString())
                .containsExactlyInAnyOrder("100.64.0.5", "100.64.0.6", "100.64.0.9");
        assertThat(
                        run(
                                new CatalogCommand.CreatePrivateGateway(
                                        second, eip(2), List.of(further(5)))))
                .as("other addresses")
                .isInstanceOf(CatalogResult.Conflict.class);
    }

    /** Else it would be an elastic IP of no pool. */
    @Test
    void nothingIsAssignedThatThePoolHoldsNoMore() {
        applied(create(ALICE, 1, 1));
        applied(new CatalogCommand.PutPool("transit", prefixes("100.64.0.0/29"), true));
        assertThat(run(assign(ALICE, 1, 3))).isInstanceOf(CatalogResult.Invalid.class);
        assertThat(run(assign(ALICE, 1, 3, "100.64.0.9")))
                .isInstanceOf(CatalogResult.Invalid.class);
    }

    @Test
    void aFurtherAddressIsOfItsSubnetAndNobodyElses() {
        applied(create(ALICE, 1, 1));
        applied(create(BOB, 2, 2, "100.64.0.6"));
        applied(assign(ALICE, 1, 3));
        applied(assign(ALICE, 1, 4));
        assertThat(own(3).orElseThrow().address()).isEqualTo(IpAddress.parse("100.64.0.5"));
        assertThat(own(3).orElseThrow().open()).isFalse();
        assertThat(own(4).orElseThrow().address())
                .as("Bob's is not drawn")
                .isEqualTo(IpAddress.parse("100.64.0.7"));
        List.of("100.64.0.6", "100.64.0.5", "100.64.0.4")
                .forEach(taken ->
                        assertThat(run(assign(ALICE, 1, 5, taken)))
                                .as(taken)
                                .isInstanceOf(CatalogResult.Conflict.class));
        assertThat(run(assign(ALICE, 1, 5, "100.64.0.17")))
                .as("of another subnet")
                .isInstanceOf(CatalogResult.Invalid.class);
        applied(
                new CatalogCommand.CreateNetworkInterface(
                        ALICE, networkInterface(9), subnet(1), Optional.empty(), 0x02_00L << 32));
        assertThat(law.catalog().all(Resource.NetworkInterface.class).getFirst().privateAddress())
                .as("to an interface of the VPC it is taken, Bob's is not")
                .isEqualTo(IpAddress.parse("100.64.0.6"));
        applied(
                new CatalogCommand.AttachVpc(
                        vpc(1), Optional.of(new Attachment.Vxlan(7, prefixes("10.99.0.0/16")))));
        applied(Words.allocate(ALICE, 6, false));
        assertThat(run(instance(6, "100.64.0.5"))).isInstanceOf(CatalogResult.Conflict.class);
        assertThat(run(instance(6, "100.64.0.9"))).isInstanceOf(CatalogResult.Applied.class);
    }

    private static CatalogCommand instance(int number, String address) {
        return new CatalogCommand.MoveAddress(
                ALICE,
                eip(number),
                new Owner.OfInstance(
                        vpc(1),
                        IpAddress.parse(address),
                        Optional.of(IpAddress.parse("10.99.0.1")),
                        0x02_00L << 32),
                new CatalogCommand.Existing.None());
    }

    @Test
    void onlyItsTenantAssignsAndOnlyToAPrivateGateway() {
        applied(create(ALICE, 1, 1));
        applied(createGateway(ALICE, 5, 5));
        assertThat(run(assign(BOB, 1, 3))).isInstanceOf(CatalogResult.NotFound.class);
        assertThat(run(assign(ALICE, 7, 3))).isInstanceOf(CatalogResult.NotFound.class);
        assertThat(run(assign(ALICE, 5, 3))).isInstanceOf(CatalogResult.Invalid.class);
        applied(create(BOB, 2, 2));
        assertThat(run(assign(ALICE, 1, 2)))
                .as("a name that is another's")
                .isInstanceOf(CatalogResult.NotFound.class);
        applied(assign(ALICE, 1, 3));
        long before = law.catalog().version();
        applied(assign(ALICE, 1, 3));
        assertThat(law.catalog().version()).as("a retry").isEqualTo(before);
        assertThat(run(assign(ALICE, 1, 3, "100.64.0.9")))
                .isInstanceOf(CatalogResult.Conflict.class);
    }

    @Test
    void aGatewayHasEight() {
        applied(create(ALICE, 1, 1));
        for (int number = 2; number <= 8; number++) {
            applied(assign(ALICE, 1, number));
        }
        assertThat(run(assign(ALICE, 1, 9))).isInstanceOf(CatalogResult.LimitExceeded.class);
    }

    @Test
    void aFurtherAddressDrainsAndIsNoMore() {
        applied(create(ALICE, 1, 1));
        applied(assign(ALICE, 1, 3));
        long former = own(3).orElseThrow().poolGeneration();
        List.of(
                        new CatalogCommand.MoveAddress(
                                ALICE,
                                eip(3),
                                new Owner.OfGateway(gateway(1)),
                                new CatalogCommand.Existing.None()),
                        new CatalogCommand.DetachAddress(ALICE, eip(3)),
                        new CatalogCommand.ReleaseAddress(ALICE, eip(3)))
                .forEach(command ->
                        assertThat(run(command))
                                .as("%s", command)
                                .isInstanceOf(CatalogResult.InUse.class));
        applied(new CatalogCommand.DrainAddress(ALICE, eip(3), 7));
        ElasticIp draining = own(3).orElseThrow();
        assertThat(draining.drain()).contains(new Resource.Drain(Optional.empty(), 7));
        assertThat(run(assign(ALICE, 1, 3)))
                .as("it is going")
                .isInstanceOf(CatalogResult.Conflict.class);
        applied(new CatalogCommand.EndDrain(eip(3), draining.version() - 1));
        assertThat(own(3)).as("another version").isPresent();
        applied(new CatalogCommand.EndDrain(eip(3), draining.version()));
        assertThat(own(3)).isEmpty();
        assertThat(law.knows(draining.address(), former)).isFalse();
        applied(create(BOB, 2, 2, draining.address().toString()));
        assertThat(own(2).orElseThrow().poolGeneration()).isGreaterThan(former);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allItsAddressesGoWithIt(boolean retired) {
        applied(create(ALICE, 1, 1));
        applied(assign(ALICE, 1, 3));
        applied(assign(ALICE, 1, 4));
        applied(new CatalogCommand.DrainAddress(ALICE, eip(4), 7));
        applied(
                retired
                        ? new CatalogCommand.RetireGateway(ALICE, gateway(1), 7)
                        : new CatalogCommand.DeleteGateway(ALICE, gateway(1)));
        assertThat(law.catalog().all(ElasticIp.class)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itsAddressGoesWithItAndBeginsAnotherLife(boolean retired) {
        applied(create(ALICE, 1, 1));
        long former = own(1).orElseThrow().poolGeneration();
        IpAddress address = own(1).orElseThrow().address();
        applied(
                retired
                        ? new CatalogCommand.RetireGateway(ALICE, gateway(1), 7)
                        : new CatalogCommand.DeleteGateway(ALICE, gateway(1)));
        assertThat(own(1)).isEmpty();
        assertThat(law.knows(address, former)).isFalse();
        assertThat(law.catalog().all(FormerGateway.class)).hasSize(retired ? 1 : 0);
        applied(create(BOB, 2, 2));
        assertThat(own(2).orElseThrow().address()).isEqualTo(address);
        assertThat(own(2).orElseThrow().poolGeneration()).isGreaterThan(former);
        assertThat(own(2).orElseThrow().open()).isFalse();
        assertThat(vpc(2)).isEqualTo(made(2).vpc());
    }
}
