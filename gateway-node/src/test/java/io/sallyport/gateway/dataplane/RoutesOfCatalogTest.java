package io.sallyport.gateway.dataplane;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.view.ViewBuilder;
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.InternetGatewayId;
import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Routing.Association;
import io.sallyport.store.catalog.Routing.Route;
import io.sallyport.store.catalog.Routing.RouteTable;
import io.sallyport.store.catalog.Routing.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From the catalog to a packet's gateway: what route tables say, the data plane does. */
class RoutesOfCatalogTest {

    private static final int CATALOGS = 2_000;
    private static final int PACKETS = 25;
    private static final TenantId TENANT = new TenantId("111122223333");
    private static final VpcId VPC = new VpcId("vpc-00000000000000001");
    private static final List<String> SUBNETS =
            List.of("10.0.0.0/28", "10.0.0.16/29", "10.0.0.32/27", "fd00::/125");
    private static final List<String> DESTINATIONS =
            List.of(
                    "0.0.0.0/0",
                    "::/0",
                    "192.0.2.0/24",
                    "192.0.2.128/25",
                    "192.0.2.7/32",
                    "10.0.0.0/8",
                    "2001:db8::/32",
                    "2001:db8:7::/48",
                    "2001:db8:7::1/128",
                    "::/96");
    private static final List<String> REMOTES =
            List.of(
                    "192.0.2.7",
                    "192.0.2.200",
                    "192.0.2.8",
                    "198.51.100.1",
                    "10.9.9.9",
                    "2001:db8:7::1",
                    "2001:db8:7::2",
                    "2001:db8:8::1",
                    "::5",
                    "2001:db9::1");

    private final Random random;

    RoutesOfCatalogTest() {
        long seed = Long.getLong("routes.seed", new Random().nextLong());
        System.out.println("routes.seed " + seed);
        random = new Random(seed);
    }

    @Test
    void theLongestRouteOfTheClientsTableDecides() {
        int nowhere = 0;
        int own = 0;
        for (int i = 0; i < CATALOGS; i++) {
            Catalog catalog = catalog();
            CompiledView view = new CompiledView(new ViewBuilder().build(catalog, Set.of()), 1);
            CompiledVpc vpc = requireNonNull(view.vpc(100));
            for (int j = 0; j < PACKETS; j++) {
                IpAddress client = client();
                IpAddress remote = IpAddress.parse(one(REMOTES));
                CompiledGateway found =
                        vpc.gateway(client.high(), client.low(), remote.high(), remote.low());
                Optional<GatewayId> expected = expected(catalog, client, remote);
                assertThat(Optional.ofNullable(found).map(one -> one.view.id()))
                        .as("%s to %s by %s", client, remote, catalog.resources())
                        .isEqualTo(expected);
                nowhere += expected.isEmpty() ? 1 : 0;
                own += table(catalog, client).main().isEmpty() ? 1 : 0;
            }
        }
        int packets = CATALOGS * PACKETS;
        assertThat(nowhere).isBetween(packets / 20, packets * 19 / 20);
        assertThat(own).isBetween(packets / 20, packets * 19 / 20);
    }

    /** As {@link RouteTable} says it. */
    private static Optional<GatewayId> expected(
            Catalog catalog, IpAddress client, IpAddress remote) {
        RouteTable table = table(catalog, client);
        List<Route> all = new ArrayList<>(table.routes());
        all.addAll(catalog.followed(table));
        return all.stream()
                .filter(route -> route.destination().contains(remote))
                .max(Comparator.comparingInt(route -> route.destination().length()))
                .flatMap(route ->
                        route.target() instanceof Target.NatGateway(GatewayId id)
                                ? Optional.of(id)
                                : Optional.empty())
                .filter(id ->
                        catalog.all(Resource.Gateway.class).stream()
                                .anyMatch(one -> one.id().equals(id) && one.vpc().equals(VPC)));
    }

    private static RouteTable table(Catalog catalog, IpAddress client) {
        Resource.Vpc vpc = catalog.all(Resource.Vpc.class).getFirst();
        List<RouteTable> tables = catalog.routeTables(vpc);
        return catalog.all(Resource.Subnet.class).stream()
                .filter(subnet -> subnet.prefix().contains(client))
                .flatMap(subnet ->
                        tables.stream().filter(table -> table.of(subnet.id()).isPresent()))
                .findFirst()
                .orElse(tables.getFirst());
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Of a subnet, or of none. */
    private IpAddress client() {
        return IpAddress.parse(
                random.nextBoolean()
                        ? "10.0.0." + random.nextInt(70)
                        : "fd00::" + random.nextInt(1, 16));
    }

    private Catalog catalog() {
        List<Resource> all = new ArrayList<>();
        all.add(
                new Resource.Vpc(
                        VPC,
                        TENANT,
                        List.of(IpPrefix.parse("10.0.0.0/16"), IpPrefix.parse("fd00::/64")),
                        Optional.of(new Attachment.Vxlan(100, List.of())),
                        1));
        for (int i = 0; i < 3; i++) {
            // The third is of another VPC by now.
            boolean elsewhere = i == 2;
            if (random.nextInt(5) > 0) {
                all.add(gateway(i, elsewhere ? new VpcId("vpc-00000000000000002") : VPC));
            }
            if (random.nextBoolean()) {
                all.add(eip(i));
            }
        }
        List<Association> own = new ArrayList<>();
        List<Association> others = new ArrayList<>();
        for (int i = 0; i < SUBNETS.size(); i++) {
            SubnetId id = new SubnetId("subnet-%017x".formatted(i));
            all.add(
                    new Resource.Subnet(
                            id, TENANT, VPC, IpPrefix.parse(SUBNETS.get(i)), Optional.empty(), 1));
            switch (random.nextInt(3)) {
                case 0 -> own.add(new Association(id, 1));
                case 1 -> others.add(new Association(id, 1));
                default -> {}
            }
        }
        all.add(table(1, Optional.empty(), false, own));
        all.add(table(2, Optional.empty(), false, others));
        if (random.nextBoolean()) {
            all.add(table(3, Optional.of(1L), random.nextBoolean(), List.of()));
        }
        all.sort(Comparator.comparing(Resource::key));
        return new Catalog(1, all);
    }

    private static Resource gateway(int number, VpcId vpc) {
        return new Resource.Gateway(
                new GatewayId("nat-%017x".formatted(number)),
                TENANT,
                vpc,
                new SubnetId("subnet-00000000000000000"),
                new InterfaceId("eni-%017x".formatted(number)),
                IpAddress.parse("10.0.0." + (4 + number)),
                Optional.empty(),
                Optional.empty(),
                2,
                1);
    }

    private static Resource eip(int number) {
        return new Resource.ElasticIp(
                new EipId("eipalloc-%017x".formatted(number)),
                TENANT,
                IpAddress.parse("203.0.113." + number),
                1,
                Optional.of(
                        new Resource.Owner.OfGateway(new GatewayId("nat-%017x".formatted(number)))),
                true,
                Optional.empty(),
                1);
    }

    private RouteTable table(
            int number, Optional<Long> main, boolean follows, List<Association> subnets) {
        List<Route> routes = new ArrayList<>();
        for (String destination : DESTINATIONS) {
            if (random.nextInt(3) == 0) {
                routes.add(new Route(IpPrefix.parse(destination), target()));
            }
        }
        return new RouteTable(
                new RouteTableId("rtb-%017x".formatted(number)),
                TENANT,
                VPC,
                main,
                follows,
                routes,
                subnets,
                1);
    }

    private Target target() {
        int number = random.nextInt(5);
        return number == 4
                ? new Target.Internet(new InternetGatewayId("igw-00000000000000001"))
                : new Target.NatGateway(new GatewayId("nat-%017x".formatted(number)));
    }
}
