package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.createVpc;
import static io.sallyport.store.catalog.Words.flowLog;
import static io.sallyport.store.catalog.Words.gateway;
import static io.sallyport.store.catalog.Words.networkInterface;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.LogForm;
import io.sallyport.store.catalog.Resource.Scope;
import io.sallyport.store.catalog.Resource.TrafficType;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowLogRulesTest {

    private static final LogForm PARQUET =
            new LogForm("${version} ${srcaddr}", true, true, true, 600);

    private final CatalogLaw law = new CatalogLaw();
    private long index;

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private static CatalogCommand create(TenantId tenant, int number, Scope scope, LogForm form) {
        return new CatalogCommand.CreateFlowLog(
                tenant, flowLog(number), scope, "logs", "", TrafficType.ALL, form);
    }

    @BeforeEach
    void aGatewayOfAlice() {
        for (CatalogCommand command :
                List.of(
                        tenant(ALICE),
                        tenant(BOB),
                        createVpc(ALICE, 1, "10.0.0.0/16"),
                        createSubnet(ALICE, 1, 1, "10.0.0.0/24"),
                        createGateway(ALICE, 1, 1))) {
            assertThat(run(command)).isInstanceOf(CatalogResult.Applied.class);
        }
    }

    @Test
    void aFlowLogIsOfAGatewayAnInterfaceASubnetOrAVpcOfTheTenant() {
        List<Scope> scopes =
                List.of(
                        new Scope.OfGateway(gateway(1)),
                        new Scope.OfInterface(networkInterface(1)),
                        new Scope.OfSubnet(subnet(1)),
                        new Scope.OfVpc(vpc(1)));
        Resource.Gateway there = law.catalog().all(Resource.Gateway.class).getFirst();
        int number = 0;
        for (Scope scope : scopes) {
            assertThat(run(create(BOB, 9, scope, PARQUET)))
                    .isEqualTo(new CatalogResult.NotFound(scope.key()));
            assertThat(run(create(ALICE, ++number, scope, PARQUET)))
                    .isInstanceOf(CatalogResult.Applied.class);
            assertThat(scope.holds(there)).isTrue();
        }
        for (Scope absent :
                List.of(
                        new Scope.OfGateway(gateway(2)),
                        new Scope.OfInterface(networkInterface(2)),
                        new Scope.OfSubnet(subnet(2)),
                        new Scope.OfVpc(vpc(2)))) {
            assertThat(run(create(ALICE, 9, absent, PARQUET)))
                    .isEqualTo(new CatalogResult.NotFound(absent.key()));
            assertThat(absent.holds(there)).isFalse();
        }
    }

    @Test
    void anotherFormIsAnotherFlowLogAndTheSameIsAConflict() {
        Scope scope = new Scope.OfVpc(vpc(1));
        assertThat(run(create(ALICE, 1, scope, PARQUET))).isInstanceOf(CatalogResult.Applied.class);
        assertThat(run(create(ALICE, 1, scope, PARQUET))).isInstanceOf(CatalogResult.Applied.class);
        assertThat(run(create(ALICE, 1, scope, LogForm.DEFAULT)))
                .isInstanceOf(CatalogResult.Conflict.class);
        assertThat(run(create(ALICE, 2, scope, PARQUET)))
                .isInstanceOf(CatalogResult.Conflict.class);
        assertThat(run(create(ALICE, 2, scope, LogForm.DEFAULT)))
                .isInstanceOf(CatalogResult.Applied.class);
    }

    @Test
    void windowsAreOfOneOrTenMinutesAndFormatsAreShortText() {
        Scope scope = new Scope.OfVpc(vpc(1));
        for (LogForm form :
                List.of(
                        new LogForm("", false, false, false, 61),
                        new LogForm("\n", false, false, false, 60),
                        new LogForm("x".repeat(1_025), false, false, false, 60))) {
            assertThat(run(create(ALICE, 1, scope, form)))
                    .isInstanceOf(CatalogResult.Invalid.class);
        }
    }

    @Test
    void aFlowLogGoesWithItsSubnetOrVpc() {
        run(create(ALICE, 1, new Scope.OfSubnet(subnet(1)), PARQUET));
        run(create(ALICE, 2, new Scope.OfVpc(vpc(1)), PARQUET));
        assertThat(run(new CatalogCommand.DeleteGateway(ALICE, gateway(1))))
                .isInstanceOf(CatalogResult.Applied.class);
        run(new CatalogCommand.DeleteSubnet(ALICE, subnet(1)));
        assertThat(law.catalog().all(FlowLog.class)).hasSize(1);
        run(new CatalogCommand.DeleteVpc(ALICE, vpc(1)));
        assertThat(law.catalog().all(FlowLog.class)).isEmpty();
    }

    @Test
    void whatIsOfOneGatewayKeepsItFromBeingDeleted() {
        run(create(ALICE, 1, new Scope.OfInterface(networkInterface(1)), PARQUET));
        assertThat(run(new CatalogCommand.DeleteGateway(ALICE, gateway(1))))
                .isEqualTo(new CatalogResult.InUse(gateway(1).value(), flowLog(1).value()));
    }

    @Test
    void allOfItIsWrittenAndReadAndWhatIsPlainAsItAlwaysWas() {
        for (Scope scope :
                List.of(
                        new Scope.OfGateway(gateway(1)),
                        new Scope.OfInterface(networkInterface(1)),
                        new Scope.OfSubnet(subnet(1)),
                        new Scope.OfVpc(vpc(1)))) {
            for (LogForm form : List.of(PARQUET, LogForm.DEFAULT)) {
                CatalogCommand command = create(ALICE, 1, scope, form);
                assertThat(CatalogCodec.decodeCommand(CatalogCodec.encode(command)))
                        .isEqualTo(command);
                Resource resource =
                        new FlowLog(
                                flowLog(1), ALICE, scope, "logs", "a", TrafficType.REJECT, form, 7);
                assertThat(CatalogCodec.decodeResource(CatalogCodec.encode(resource)))
                        .isEqualTo(resource);
            }
        }
        CatalogCommand plain = create(ALICE, 1, new Scope.OfGateway(gateway(1)), LogForm.DEFAULT);
        assertThat(HexFormat.of().formatHex(CatalogCodec.encode(plain))).startsWith("0113");
        CatalogCommand rich = create(ALICE, 1, new Scope.OfVpc(vpc(1)), PARQUET);
        assertThat(HexFormat.of().formatHex(CatalogCodec.encode(rich))).startsWith("0129");
    }
}
