package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.allocate;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.createVpc;
import static io.sallyport.store.catalog.Words.eip;
import static io.sallyport.store.catalog.Words.networkInterface;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand.Existing;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Interface 7 is in a VPC behind tunnels, at 10.0.1.7. */
class InterfaceRulesTest {

    private static final long MAC = 0x02_0000_0000_07L;
    private static final Optional<IpAddress> HOST = Optional.of(IpAddress.parse("10.99.0.1"));
    private static final Optional<IpAddress> OTHER = Optional.of(IpAddress.parse("10.99.0.2"));

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void anInterface() {
        applied(tenant(ALICE));
        applied(tenant(BOB));
        applied(new CatalogCommand.PutPool("public", prefixes("203.0.113.0/28")));
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(
                new CatalogCommand.AttachVpc(
                        vpc(1), Optional.of(new Attachment.Vxlan(7, prefixes("10.99.0.0/16")))));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        applied(allocate(ALICE, 1, false));
        applied(create(7, Optional.of(IpAddress.parse("10.0.1.7"))));
    }

    private static CatalogCommand create(int number, Optional<IpAddress> wish) {
        return new CatalogCommand.CreateNetworkInterface(
                ALICE, networkInterface(number), subnet(1), wish, MAC);
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private void applied(CatalogCommand command) {
        assertThat(run(command)).as("%s", command).isInstanceOf(CatalogResult.Applied.class);
    }

    private NetworkInterface seven() {
        return law.catalog().all(NetworkInterface.class).stream()
                .filter(one -> one.id().equals(networkInterface(7)))
                .findFirst()
                .orElseThrow();
    }

    private ElasticIp address() {
        return law.catalog().all(ElasticIp.class).getFirst();
    }

    private void place(Optional<IpAddress> host) {
        applied(new CatalogCommand.PlaceNetworkInterface(ALICE, networkInterface(7), MAC, host));
    }

    private CatalogCommand tie() {
        return new CatalogCommand.MoveAddress(
                ALICE, eip(1), seven().instance(), new Existing.None());
    }

    @Test
    void itsAddressIsItsOwn() {
        assertThat(run(create(8, Optional.of(IpAddress.parse("10.0.1.7")))))
                .isInstanceOf(CatalogResult.Conflict.class);
        assertThat(run(create(8, Optional.of(IpAddress.parse("10.0.2.7")))))
                .isInstanceOf(CatalogResult.Invalid.class);
        applied(create(8, Optional.empty()));
        applied(createGateway(ALICE, 1, 1));
        List<IpAddress> taken =
                law.catalog().all(NetworkInterface.class).stream()
                        .map(NetworkInterface::privateAddress)
                        .toList();
        assertThat(taken).doesNotHaveDuplicates();
        assertThat(taken)
                .doesNotContain(
                        law.catalog().all(Resource.Gateway.class).getFirst().privateAddress());
        assertThat(run(create(1, Optional.empty())))
                .as("the gateway's interface has this id")
                .isInstanceOf(CatalogResult.Conflict.class);
    }

    @Test
    void anElasticIpIsTiedToWhereItIsAndGoesAlong() {
        assertThat(run(tie())).as("it is nowhere yet").isInstanceOf(CatalogResult.Invalid.class);
        place(HOST);
        applied(tie());
        long life = address().poolGeneration();
        place(OTHER);
        assertThat(address().owner()).contains(seven().instance());
        assertThat(address().instance().orElseThrow().tunnelEndpoint()).isEqualTo(OTHER);
        assertThat(address().poolGeneration()).as("the same owner").isEqualTo(life);
        assertThat(
                        run(
                                new CatalogCommand.MoveAddress(
                                        ALICE,
                                        eip(1),
                                        new Resource.Owner.OfInstance(
                                                vpc(1), seven().privateAddress(), HOST, MAC),
                                        new Existing.End())))
                .as("the interface says where it is")
                .isInstanceOf(CatalogResult.Conflict.class);
    }

    @Test
    void itsEndFreesItsElasticIpAndUntilThenItsSubnetStays() {
        place(HOST);
        applied(tie());
        assertThat(run(new CatalogCommand.DeleteSubnet(ALICE, subnet(1))))
                .isEqualTo(new CatalogResult.InUse(subnet(1).value(), seven().key()));
        CatalogCommand delete =
                new CatalogCommand.DeleteNetworkInterface(ALICE, networkInterface(7));
        assertThat(run(new CatalogCommand.DeleteNetworkInterface(BOB, networkInterface(7))))
                .isInstanceOf(CatalogResult.NotFound.class);
        applied(delete);
        assertThat(address().owner()).isEmpty();
        assertThat(run(delete)).isInstanceOf(CatalogResult.NotFound.class);
        applied(new CatalogCommand.DeleteSubnet(ALICE, subnet(1)));
    }

    @Test
    void badPlacesAreRefused() {
        for (CatalogCommand bad :
                List.of(
                        new CatalogCommand.PlaceNetworkInterface(
                                ALICE, networkInterface(7), 0x01_0000_0000_07L, HOST),
                        new CatalogCommand.PlaceNetworkInterface(
                                ALICE, networkInterface(7), MAC, Optional.empty()),
                        new CatalogCommand.PlaceNetworkInterface(
                                ALICE,
                                networkInterface(7),
                                MAC,
                                Optional.of(IpAddress.parse("192.0.2.1"))))) {
            assertThat(run(bad)).as("%s", bad).isInstanceOf(CatalogResult.Invalid.class);
        }
    }
}
