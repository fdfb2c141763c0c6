package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.allocate;
import static io.sallyport.store.catalog.Words.attach;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.createVpc;
import static io.sallyport.store.catalog.Words.gateway;
import static io.sallyport.store.catalog.Words.internetGateway;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.routeTable;
import static io.sallyport.store.catalog.Words.routeTo;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing.Route;
import io.sallyport.store.catalog.Routing.RouteTable;
import io.sallyport.store.catalog.Routing.Target;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteRulesTest {

    private static final RouteTableId MAIN = RouteTableId.mainOf(vpc(1));
    private static final RouteTableId OTHER = routeTable(91);

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void twoGatewaysInOneVpc() {
        applied(tenant(ALICE));
        applied(tenant(BOB));
        applied(new CatalogCommand.PutPool("public", prefixes("203.0.113.0/28")));
        applied(createVpc(ALICE, 1, "10.0.0.0/16", "fd00::/48"));
        applied(createVpc(ALICE, 2, "10.0.0.0/16"));
        applied(createVpc(BOB, 3, "10.0.0.0/16"));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        applied(createSubnet(ALICE, 2, 1, "10.0.2.0/24"));
        applied(createSubnet(ALICE, 3, 2, "10.0.1.0/24"));
        applied(createGateway(ALICE, 1, 1));
        applied(createGateway(ALICE, 2, 1));
        applied(createGateway(ALICE, 3, 3));
        applied(allocate(ALICE, 1, false));
        applied(attach(ALICE, 1, 2));
        applied(new OfRouting.CreateRouteTable(ALICE, OTHER, vpc(1)));
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private void applied(CatalogCommand command) {
        assertThat(run(command)).as("%s", command).isInstanceOf(CatalogResult.Applied.class);
    }

    private void refused(CatalogCommand command, Class<? extends CatalogResult> by) {
        assertThat(run(command)).as("%s", command).isInstanceOf(by);
    }

    private static CatalogCommand put(RouteTableId table, String destination, int gateway) {
        return new OfRouting.PutRoute(
                ALICE, table, routeTo(destination, gateway), Optional.empty());
    }

    private static CatalogCommand toInternet(String destination, int gateway) {
        Target target = new Target.Internet(internetGateway(gateway));
        return new OfRouting.PutRoute(
                ALICE, OTHER, new Route(IpPrefix.parse(destination), target), Optional.empty());
    }

    private static CatalogCommand associate(int subnet, RouteTableId table, Long... instead) {
        return new OfRouting.AssociateRouteTable(
                ALICE, subnet(subnet), table, List.of(instead).stream().findFirst());
    }

    private RouteTable get(RouteTableId id) {
        return law.catalog().all(Vpc.class).stream()
                .flatMap(vpc -> law.catalog().routeTables(vpc).stream())
                .filter(table -> table.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private RouteTable main() {
        Vpc vpc = law.catalog().all(Vpc.class).getFirst();
        return law.catalog().routeTables(vpc).getFirst();
    }

    @Test
    void aVpcHasATableFromTheFirstThatFollowsItsGateways() {
        assertThat(main().id()).isEqualTo(MAIN);
        assertThat(law.catalog().all(RouteTable.class)).hasSize(1);
        // The second has an elastic IP, the first has none.
        assertThat(law.catalog().followed(main()))
                .containsExactly(routeTo("0.0.0.0/0", 2), routeTo("::/0", 2));
        assertThat(law.catalog().followed(get(OTHER))).isEmpty();
    }

    @Test
    void aDefaultRouteThatIsSetEndsThatAndKeepsTheOtherFamilys() {
        applied(put(MAIN, "192.0.2.0/24", 1));
        assertThat(law.catalog().followed(main())).hasSize(2);
        applied(put(MAIN, "0.0.0.0/0", 1));
        assertThat(main().follows()).isFalse();
        assertThat(main().routes())
                .containsExactly(
                        routeTo("0.0.0.0/0", 1), routeTo("192.0.2.0/24", 1), routeTo("::/0", 2));
        assertThat(law.catalog().followed(main())).isEmpty();
    }

    @Test
    void aDefaultRouteThatNobodySetCanBeDeleted() {
        CatalogCommand delete = new OfRouting.DeleteRoute(ALICE, MAIN, IpPrefix.parse("0.0.0.0/0"));
        applied(delete);
        assertThat(main().routes()).containsExactly(routeTo("::/0", 2));
        refused(delete, CatalogResult.Conflict.class);
        applied(new OfRouting.DeleteRoute(ALICE, MAIN, IpPrefix.parse("::/0")));
        assertThat(main().routes()).isEmpty();
    }

    @Test
    void aRouteIsToSomethingOfItsVpcAndNotWithinIt() {
        refused(put(OTHER, "10.0.0.0/16", 1), CatalogResult.Invalid.class);
        refused(put(OTHER, "10.0.1.0/24", 1), CatalogResult.Invalid.class);
        applied(put(OTHER, "10.0.0.0/8", 1));
        refused(put(OTHER, "0.0.0.0/0", 3), CatalogResult.Invalid.class);
        refused(put(OTHER, "0.0.0.0/0", 4), CatalogResult.NotFound.class);
        refused(toInternet("0.0.0.0/0", 1), CatalogResult.NotFound.class);
        applied(new OfRouting.CreateInternetGateway(ALICE, internetGateway(1)));
        refused(toInternet("0.0.0.0/0", 1), CatalogResult.Invalid.class);
        applied(new OfRouting.AttachInternetGateway(ALICE, internetGateway(1), vpc(2)));
        refused(toInternet("0.0.0.0/0", 1), CatalogResult.Invalid.class);
        applied(new OfRouting.DetachInternetGateway(ALICE, internetGateway(1), vpc(2)));
        applied(new OfRouting.AttachInternetGateway(ALICE, internetGateway(1), vpc(1)));
        applied(toInternet("0.0.0.0/0", 1));
        assertThat(get(OTHER).routes()).hasSize(2);
    }

    @Test
    void whetherThereIsARouteCanBeACondition() {
        Route route = routeTo("0.0.0.0/0", 1);
        refused(
                new OfRouting.PutRoute(ALICE, OTHER, route, Optional.of(true)),
                CatalogResult.Conflict.class);
        applied(new OfRouting.PutRoute(ALICE, OTHER, route, Optional.of(false)));
        // A retry, and another wish.
        applied(new OfRouting.PutRoute(ALICE, OTHER, route, Optional.of(false)));
        Route another = routeTo("0.0.0.0/0", 2);
        refused(
                new OfRouting.PutRoute(ALICE, OTHER, another, Optional.of(false)),
                CatalogResult.Conflict.class);
        applied(new OfRouting.PutRoute(ALICE, OTHER, another, Optional.of(true)));
        assertThat(get(OTHER).routes()).containsExactly(another);
        // What only follows may be replaced, and set, too.
        applied(new OfRouting.PutRoute(ALICE, MAIN, route, Optional.of(true)));
        applied(new OfRouting.DeleteRoute(ALICE, MAIN, IpPrefix.parse("0.0.0.0/0")));
        applied(new OfRouting.PutRoute(ALICE, MAIN, route, Optional.of(false)));
    }

    @Test
    void aSubnetHasOneTableAtATime() {
        applied(associate(1, OTHER, 0L));
        refused(associate(1, MAIN, 0L), CatalogResult.Conflict.class);
        long since = get(OTHER).of(subnet(1)).orElseThrow().since();
        refused(associate(1, MAIN, since + 1), CatalogResult.Conflict.class);
        applied(associate(1, MAIN, since));
        assertThat(get(OTHER).subnets()).isEmpty();
        assertThat(main().subnets()).hasSize(1);
        refused(associate(3, OTHER), CatalogResult.Invalid.class);
        applied(new OfRouting.DisassociateRouteTable(ALICE, subnet(1), Optional.empty()));
        assertThat(main().subnets()).isEmpty();
        applied(new OfRouting.DisassociateRouteTable(ALICE, subnet(1), Optional.empty()));
    }

    @Test
    void whatIsInUseStays() {
        applied(associate(1, OTHER));
        CatalogCommand delete = new OfRouting.DeleteRouteTable(ALICE, OTHER);
        refused(delete, CatalogResult.InUse.class);
        refused(new OfRouting.DeleteRouteTable(ALICE, MAIN), CatalogResult.InUse.class);
        applied(new CatalogCommand.DeleteGateway(ALICE, gateway(1)));
        applied(new CatalogCommand.DetachAddress(ALICE, Words.eip(1)));
        applied(new CatalogCommand.DeleteGateway(ALICE, gateway(2)));
        applied(new CatalogCommand.DeleteSubnet(ALICE, subnet(1)));
        assertThat(get(OTHER).subnets()).as("goes with the subnet").isEmpty();
        applied(new CatalogCommand.DeleteSubnet(ALICE, subnet(2)));
        refused(new CatalogCommand.DeleteVpc(ALICE, vpc(1)), CatalogResult.InUse.class);
        applied(delete);
        applied(new OfRouting.CreateInternetGateway(ALICE, internetGateway(1)));
        applied(new OfRouting.AttachInternetGateway(ALICE, internetGateway(1), vpc(1)));
        refused(
                new OfRouting.DeleteInternetGateway(ALICE, internetGateway(1)),
                CatalogResult.InUse.class);
        refused(new CatalogCommand.DeleteVpc(ALICE, vpc(1)), CatalogResult.InUse.class);
        applied(new OfRouting.DetachInternetGateway(ALICE, internetGateway(1), vpc(1)));
        applied(new CatalogCommand.DeleteVpc(ALICE, vpc(1)));
        assertThat(law.catalog().all(RouteTable.class)).isEmpty();
    }

    @Test
    void anotherTableBecomesTheMainOneAndTheFormerStaysAsItWas() {
        List<Route> followed = law.catalog().followed(main());
        refused(
                new OfRouting.ReplaceMainRouteTable(ALICE, OTHER, Optional.of(7L)),
                CatalogResult.Conflict.class);
        applied(new OfRouting.ReplaceMainRouteTable(ALICE, OTHER, Optional.of(0L)));
        assertThat(main().id()).isEqualTo(OTHER);
        assertThat(get(MAIN).main()).isEmpty();
        assertThat(get(MAIN).routes()).isEqualTo(followed);
        assertThat(get(MAIN).follows()).isFalse();
        refused(new CatalogCommand.DeleteVpc(ALICE, vpc(1)), CatalogResult.InUse.class);
        applied(new OfRouting.DeleteRouteTable(ALICE, MAIN));
        // Its id is not taken by another, which would be the main one.
        refused(new OfRouting.CreateRouteTable(ALICE, MAIN, vpc(1)), CatalogResult.Conflict.class);
    }

    @Test
    void aVpcsFirstTableIsKeptWhereSomebodyWantsToTagIt() {
        TreeMap<String, String> tags = new TreeMap<>();
        tags.put("Name", "main");
        RouteTableId second = RouteTableId.mainOf(vpc(2));
        CatalogCommand tag = new CatalogCommand.PutTags(ALICE, List.of(second.value()), tags);
        refused(tag, CatalogResult.NotFound.class);
        CatalogCommand keep = new OfRouting.CreateRouteTable(ALICE, second, vpc(2));
        refused(
                new OfRouting.CreateRouteTable(ALICE, second, vpc(1)),
                CatalogResult.Conflict.class);
        refused(new OfRouting.CreateRouteTable(BOB, second, vpc(2)), CatalogResult.NotFound.class);
        applied(keep);
        applied(keep);
        assertThat(get(second).main()).contains(0L);
        assertThat(get(second).follows()).isTrue();
        applied(tag);
        applied(new CatalogCommand.DeleteGateway(ALICE, gateway(3)));
        applied(new CatalogCommand.DeleteSubnet(ALICE, subnet(3)));
        applied(new CatalogCommand.DeleteVpc(ALICE, vpc(2)));
        assertThat(law.catalog().all(Resource.Label.class)).isEmpty();
        refused(tag, CatalogResult.NotFound.class);
    }

    @Test
    void whoeverWantsNoWayOutSaysSoBeforeThereIsAGateway() {
        applied(new CatalogCommand.DeleteGateway(ALICE, gateway(3)));
        RouteTableId second = RouteTableId.mainOf(vpc(2));
        CatalogCommand delete =
                new OfRouting.DeleteRoute(ALICE, second, IpPrefix.parse("0.0.0.0/0"));
        applied(delete);
        applied(createGateway(ALICE, 5, 3));
        assertThat(law.catalog().followed(get(second))).isEmpty();
        refused(delete, CatalogResult.Conflict.class);
    }

    @Test
    void aFullTableTakesNoOtherRouteButAnotherTarget() {
        for (int i = 0; i < CatalogLimits.ROUTES_PER_TABLE; i++) {
            applied(put(OTHER, "100.64.%d.%d/32".formatted(i / 250, i % 250), 1));
        }
        refused(put(OTHER, "0.0.0.0/0", 1), CatalogResult.LimitExceeded.class);
        applied(put(OTHER, "100.64.0.0/32", 2));
    }

    @Test
    void aConditionHoldsForATableThatIsNotKept() {
        CatalogCommand put = put(MAIN, "0.0.0.0/0", 1);
        long version = main().version();
        refused(
                new CatalogCommand.IfUnchanged(put, MAIN.value(), List.of(version + 1)),
                CatalogResult.Changed.class);
        applied(new CatalogCommand.IfUnchanged(put, MAIN.value(), List.of(version)));
    }

    /** So that of two who saw the same one, one is refused. */
    @Test
    void aSubnetHasAnotherVersionWhereItHasAnotherTable() {
        applied(associate(1, OTHER));
        long since = get(OTHER).of(subnet(1)).orElseThrow().since();
        assertThat(versionOfSubnet(1)).isEqualTo(since);
        applied(new OfRouting.DisassociateRouteTable(ALICE, subnet(1), Optional.empty()));
        assertThat(versionOfSubnet(1)).isGreaterThan(since);
    }

    private long versionOfSubnet(int number) {
        return law.catalog().all(Resource.Subnet.class).stream()
                .filter(one -> one.id().equals(subnet(number)))
                .map(Resource.Subnet::version)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aVpcIsNotMadeWhereItsTableWouldBeAnothers() {
        applied(new OfRouting.CreateRouteTable(ALICE, routeTable(7), vpc(1)));
        refused(createVpc(BOB, 7, "10.0.0.0/16"), CatalogResult.Conflict.class);
    }

    @Test
    void whatIsSomebodyElsesIsNotThere() {
        for (TenantId stranger : List.of(BOB)) {
            refused(
                    new OfRouting.CreateRouteTable(stranger, routeTable(92), vpc(1)),
                    CatalogResult.NotFound.class);
            refused(
                    new OfRouting.CreateRouteTable(stranger, OTHER, vpc(3)),
                    CatalogResult.NotFound.class);
            for (RouteTableId table : List.of(OTHER, MAIN)) {
                refused(
                        new OfRouting.DeleteRouteTable(stranger, table),
                        CatalogResult.NotFound.class);
                refused(
                        new OfRouting.PutRoute(
                                stranger, table, routeTo("0.0.0.0/0", 1), Optional.empty()),
                        CatalogResult.NotFound.class);
                refused(
                        new OfRouting.ReplaceMainRouteTable(stranger, table, Optional.empty()),
                        CatalogResult.NotFound.class);
                refused(
                        new OfRouting.AssociateRouteTable(
                                stranger, subnet(1), table, Optional.empty()),
                        CatalogResult.NotFound.class);
            }
        }
    }

    @Test
    void bothKindsOfGatewaysAreInOneVpcWhereRoutesTellThemApart() {
        applied(new CatalogCommand.PutPool("transit", prefixes("10.0.2.0/24"), true));
        CatalogCommand create =
                new CatalogCommand.CreatePrivateGateway(
                        new CatalogCommand.CreateGateway(
                                ALICE,
                                gateway(4),
                                subnet(2),
                                Words.networkInterface(4),
                                Optional.empty(),
                                2),
                        Words.eip(4));
        refused(create, CatalogResult.Invalid.class);
        applied(put(MAIN, "0.0.0.0/0", 2));
        applied(create);
        applied(put(MAIN, "10.0.0.0/8", 4));
    }
}
