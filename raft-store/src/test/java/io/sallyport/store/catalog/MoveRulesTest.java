package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.allocate;
import static io.sallyport.store.catalog.Words.attach;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.createVpc;
import static io.sallyport.store.catalog.Words.eip;
import static io.sallyport.store.catalog.Words.gateway;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand.Existing;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Owner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gateways 1 and 2 are in VPC 1, which is behind tunnels; gateway 3 in VPC 2. EIP 1 is at 1. */
class MoveRulesTest {

    private static final Existing END = new Existing.End();
    private static final Existing FOLLOW = new Existing.Follow();

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void anEipAtAGateway() {
        applied(tenant(ALICE));
        applied(tenant(BOB));
        applied(new CatalogCommand.PutPool("public", prefixes("203.0.113.0/28")));
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createVpc(ALICE, 2, "10.0.0.0/16"));
        applied(
                new CatalogCommand.AttachVpc(
                        vpc(1), Optional.of(new Attachment.Vxlan(7, prefixes("10.99.0.0/16")))));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        applied(createSubnet(ALICE, 2, 2, "10.0.1.0/24"));
        applied(createGateway(ALICE, 1, 1));
        applied(createGateway(ALICE, 2, 1));
        applied(createGateway(ALICE, 3, 2));
        applied(allocate(ALICE, 1, false));
        applied(allocate(ALICE, 2, false));
        applied(attach(ALICE, 1, 1));
        open();
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private void applied(CatalogCommand command) {
        assertThat(run(command)).as("%s", command).isInstanceOf(CatalogResult.Applied.class);
    }

    /** All members obey what is, and that is noted. */
    private void open() {
        index++;
        law.apply(index, law.opened(index - 1, 4096, index));
    }

    private ElasticIp now() {
        return law.catalog().all(ElasticIp.class).stream()
                .filter(each -> each.id().equals(eip(1)))
                .findFirst()
                .orElseThrow();
    }

    private static CatalogCommand move(Owner to, Existing existing) {
        return new CatalogCommand.MoveAddress(ALICE, eip(1), to, existing);
    }

    private static Owner at(int gateway) {
        return new Owner.OfGateway(gateway(gateway));
    }

    private static Owner instance(String address, String endpoint) {
        return new Owner.OfInstance(
                vpc(1),
                IpAddress.parse(address),
                Optional.of(IpAddress.parse(endpoint)),
                0x02_00_00_00_00_01L);
    }

    @Test
    void aMovedEipIsClosedUntilAllHaveDroppedItsFormerLife() {
        long former = now().poolGeneration();
        applied(move(at(3), END));
        long moved = index;
        assertThat(now().owner()).contains(at(3));
        assertThat(now().poolGeneration()).isEqualTo(moved).isGreaterThan(former);
        assertThat(now().open()).isFalse();
        assertThat(law.opened(moved - 1, 4096, index + 1)).isEmpty();
        open();
        assertThat(now().open()).isTrue();
        assertThat(now().poolGeneration()).isEqualTo(moved);
    }

    @Test
    void anInstanceIsAnOwnerLikeAnyOther() {
        applied(move(instance("10.0.1.77", "10.99.0.1"), END));
        assertThat(now().open()).isFalse();
        assertThat(now().gateway()).isEmpty();
        open();
        applied(move(at(1), END));
        assertThat(now().open()).isFalse();
        assertThat(now().instance()).isEmpty();
    }

    @Test
    void anInstanceThatGoesToAnotherHostKeepsItsAddressInTheSameLife() {
        applied(move(instance("10.0.1.77", "10.99.0.1"), END));
        open();
        long life = now().poolGeneration();
        applied(move(instance("10.0.1.77", "10.99.0.2"), END));
        assertThat(now().owner()).contains(instance("10.0.1.77", "10.99.0.2"));
        assertThat(now().open()).isTrue();
        assertThat(now().poolGeneration()).isEqualTo(life);
    }

    @Test
    void anInstanceIsInTheVpcOnAHostThatTheVpcListsAndHasOneEip() {
        for (Owner wrong :
                List.of(
                        instance("10.1.0.1", "10.99.0.1"),
                        instance("10.0.1.77", "10.98.0.1"),
                        new Owner.OfInstance(
                                vpc(1), IpAddress.parse("10.0.1.77"), Optional.empty(), 2),
                        new Owner.OfInstance(
                                vpc(1),
                                IpAddress.parse("10.0.1.77"),
                                Optional.of(IpAddress.parse("10.99.0.1")),
                                0x01_00_00_00_00_00L))) {
            assertThat(run(move(wrong, END))).isInstanceOf(CatalogResult.Invalid.class);
        }
        assertThat(run(move(instance("10.0.1.4", "10.99.0.1"), END)))
                .as("a gateway's own address")
                .isInstanceOf(CatalogResult.Conflict.class);
        applied(move(instance("10.0.1.77", "10.99.0.1"), END));
        assertThat(
                        run(
                                new CatalogCommand.MoveAddress(
                                        ALICE, eip(2), instance("10.0.1.77", "10.99.0.3"), END)))
                .isInstanceOf(CatalogResult.Conflict.class);
    }

    @Test
    void connectionsFollowOnlyToAGatewayOfTheirVpcAndTheirLifeGoesOn() {
        long life = now().poolGeneration();
        assertThat(run(move(at(3), FOLLOW))).isInstanceOf(CatalogResult.Invalid.class);
        assertThat(run(move(instance("10.0.1.77", "10.99.0.1"), FOLLOW)))
                .isInstanceOf(CatalogResult.Invalid.class);
        applied(move(at(2), FOLLOW));
        assertThat(now().owner()).contains(at(2));
        assertThat(now().poolGeneration()).isEqualTo(life);
        assertThat(now().open()).isTrue();
    }

    @Test
    void aDrainKeepsTheOwnerUntilItIsOver() {
        applied(move(at(3), new Existing.Drain(5_000)));
        long drained = now().version();
        long life = now().poolGeneration();
        assertThat(now().owner()).contains(at(1));
        assertThat(now().open()).isTrue();
        run(new CatalogCommand.EndDrain(eip(1), drained - 1));
        assertThat(now().owner()).as("of another moment").contains(at(1));
        applied(new CatalogCommand.EndDrain(eip(1), drained));
        assertThat(now().owner()).contains(at(3));
        assertThat(now().poolGeneration()).isGreaterThan(life);
        assertThat(now().open()).isFalse();
        assertThat(now().drain()).isEmpty();
    }

    @Test
    void aDrainToNobodyKeepsTheOwnerUntilItIsOver() {
        applied(new CatalogCommand.DrainAddress(ALICE, eip(1), 5_000));
        assertThat(now().owner()).contains(at(1));
        assertThat(now().open()).isTrue();
        applied(new CatalogCommand.EndDrain(eip(1), now().version()));
        assertThat(now().owner()).isEmpty();
        assertThat(now().drain()).isEmpty();
    }

    @Test
    void whatIsOwnedIsNotTakenByWhoAsksForWhatNobodyOwns() {
        assertThat(run(move(at(3), new Existing.None()))).isInstanceOf(CatalogResult.InUse.class);
        assertThat(now().owner()).contains(at(1));
        applied(move(at(1), new Existing.None())); // it has it already
        applied(new CatalogCommand.DetachAddress(ALICE, eip(1)));
        applied(move(at(3), new Existing.None()));
        assertThat(now().owner()).contains(at(3));
    }

    @Test
    void aMoveBackCallsADrainOff() {
        applied(move(at(3), new Existing.Drain(5_000)));
        long drained = now().version();
        applied(move(at(1), END));
        assertThat(now().drain()).isEmpty();
        assertThat(now().open()).isTrue();
        run(new CatalogCommand.EndDrain(eip(1), drained));
        assertThat(now().owner()).contains(at(1));
    }

    @Test
    void whereAnEipIsToMoveIsNotDeleted() {
        applied(move(at(3), new Existing.Drain(5_000)));
        assertThat(run(new CatalogCommand.DeleteGateway(ALICE, gateway(3))))
                .isInstanceOf(CatalogResult.InUse.class);
        applied(move(instance("10.0.1.77", "10.99.0.1"), END));
        assertThat(run(new CatalogCommand.DeleteVpc(ALICE, vpc(1))))
                .isInstanceOf(CatalogResult.InUse.class);
    }

    @Test
    void nobodyMovesAnothersEipNorToAnother() {
        assertThat(run(new CatalogCommand.MoveAddress(BOB, eip(1), at(1), END)))
                .isInstanceOf(CatalogResult.NotFound.class);
        applied(createVpc(BOB, 4, "10.0.0.0/16"));
        assertThat(
                        run(
                                move(
                                        new Owner.OfInstance(
                                                vpc(4),
                                                IpAddress.parse("10.0.0.9"),
                                                Optional.empty(),
                                                2),
                                        END)))
                .isInstanceOf(CatalogResult.NotFound.class);
    }
}
