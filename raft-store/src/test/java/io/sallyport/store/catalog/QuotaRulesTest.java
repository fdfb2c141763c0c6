package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.acl;
import static io.sallyport.store.catalog.Words.allocate;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.createVpc;
import static io.sallyport.store.catalog.Words.eip;
import static io.sallyport.store.catalog.Words.internetGateway;
import static io.sallyport.store.catalog.Words.networkInterface;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.routeTable;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.TenantId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotaRulesTest {

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void oneOfEach() {
        applied(tenant(ALICE));
        applied(tenant(BOB));
        applied(new CatalogCommand.PutPool("public", prefixes("203.0.113.0/28")));
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        applied(createGateway(ALICE, 1, 1));
        applied(allocate(ALICE, 1, false));
        applied(place(1));
        applied(new CatalogCommand.CreateAcl(ALICE, acl(1), List.of(rule(1))));
        applied(new OfRouting.CreateRouteTable(ALICE, routeTable(91), vpc(1)));
        applied(new OfRouting.CreateInternetGateway(ALICE, internetGateway(1)));
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private void applied(CatalogCommand command) {
        assertThat(run(command)).as("%s", command).isInstanceOf(CatalogResult.Applied.class);
    }

    private static CatalogCommand place(int number) {
        return new CatalogCommand.CreateNetworkInterface(
                ALICE, networkInterface(90 + number), subnet(1), Optional.empty(), 0x02_00L << 32);
    }

    private static AclEntry rule(int number) {
        return new AclEntry(
                number,
                true,
                6,
                true,
                IpPrefix.parse("0.0.0.0/0"),
                80,
                80,
                -1,
                -1,
                Optional.empty());
    }

    private static CatalogCommand quotas(TenantId tenant, Map<Quota, Integer> limits) {
        return new CatalogCommand.PutQuotas(tenant, new TreeMap<>(limits));
    }

    private static CatalogCommand oneMore(Quota quota) {
        return switch (quota) {
            case VPCS -> createVpc(ALICE, 2, "10.1.0.0/16");
            case ELASTIC_IPS -> allocate(ALICE, 2, false);
            case GATEWAYS -> createGateway(ALICE, 2, 1);
            case NETWORK_INTERFACES -> place(2);
            case NETWORK_ACLS -> new CatalogCommand.CreateAcl(ALICE, acl(2), List.of());
            case ROUTE_TABLES -> new OfRouting.CreateRouteTable(ALICE, routeTable(92), vpc(1));
            case INTERNET_GATEWAYS ->
                    new OfRouting.CreateInternetGateway(ALICE, internetGateway(2));
            case NETWORK_ACL_ENTRIES ->
                    new CatalogCommand.PutAclEntry(ALICE, acl(1), rule(2), false);
        };
    }

    @Test
    void whoHasOneAndMayHaveOneGetsNoSecond() {
        for (Quota quota : Quota.values()) {
            assertThat(law.catalog().used(ALICE, quota)).as("%s", quota).isEqualTo(1);
            applied(quotas(ALICE, Map.of(quota, 1)));
            CatalogCommand more = oneMore(quota);
            assertThat(run(more))
                    .as("%s", quota)
                    .isEqualTo(new CatalogResult.LimitExceeded(quota.text(), 1));
            applied(quotas(ALICE, Map.of(quota, 2)));
            assertThat(law.catalog().limit(ALICE, quota)).isEqualTo(2);
            applied(more);
            assertThat(law.catalog().used(ALICE, quota)).as("%s", quota).isEqualTo(2);
        }
    }

    @Test
    void aSmallerQuotaTakesNothingAway() {
        applied(quotas(ALICE, Map.of(Quota.ELASTIC_IPS, 0, Quota.GATEWAYS, 0)));
        assertThat(law.catalog().used(ALICE, Quota.ELASTIC_IPS)).isEqualTo(1);
        applied(Words.attach(ALICE, 1, 1));
        applied(allocate(BOB, 5, false));
        applied(quotas(ALICE, Map.of()));
        assertThat(law.catalog().limit(ALICE, Quota.GATEWAYS))
                .isEqualTo(Quota.GATEWAYS.byDefault());
        applied(allocate(ALICE, 6, false));
    }

    @Test
    void aPrivateGatewaysAddressesCount() {
        applied(new CatalogCommand.PutPool("transit", prefixes("10.1.0.0/24"), true));
        applied(createVpc(ALICE, 2, "10.1.0.0/24"));
        applied(createSubnet(ALICE, 2, 2, "10.1.0.0/28"));
        applied(quotas(ALICE, Map.of(Quota.ELASTIC_IPS, 2)));
        CatalogCommand.CreateGateway plain =
                (CatalogCommand.CreateGateway) createGateway(ALICE, 2, 2);
        assertThat(
                        run(
                                new CatalogCommand.CreatePrivateGateway(
                                        plain,
                                        eip(7),
                                        List.of(
                                                new CatalogCommand.OwnAddress(
                                                        eip(8), Optional.empty())))))
                .isInstanceOf(CatalogResult.LimitExceeded.class);
        applied(new CatalogCommand.CreatePrivateGateway(plain, eip(7)));
    }

    @Test
    void whatIsNoQuotaIsRefused() {
        assertThat(run(quotas(ALICE, Map.of(Quota.VPCS, -1))))
                .isEqualTo(new CatalogResult.Invalid("vpcs", "-1", "0 to 1000"));
        assertThat(run(quotas(ALICE, Map.of(Quota.VPCS, 1_001))))
                .isInstanceOf(CatalogResult.Invalid.class);
        assertThat(run(quotas(new TenantId("999999999999"), Map.of())))
                .isInstanceOf(CatalogResult.NotFound.class);
        applied(quotas(ALICE, Map.of(Quota.VPCS, 7)));
        long version = law.catalog().version();
        applied(quotas(ALICE, Map.of(Quota.VPCS, 7)));
        assertThat(law.catalog().version()).as("the same again").isEqualTo(version);
    }

    @Test
    void itGoesWithItsTenant() {
        applied(quotas(BOB, Map.of(Quota.VPCS, 0)));
        applied(new CatalogCommand.DeleteTenant(BOB));
        assertThat(law.catalog().all(Resource.Quotas.class)).isEmpty();
        applied(tenant(BOB));
        applied(createVpc(BOB, 5, "10.0.0.0/16"));
    }
}
