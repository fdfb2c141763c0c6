package io.sallyport.store.catalog;

import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing.Association;
import io.sallyport.store.catalog.Routing.InternetGateway;
import io.sallyport.store.catalog.Routing.Route;
import io.sallyport.store.catalog.Routing.RouteTable;
import io.sallyport.store.catalog.Routing.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Route tables: a VPC has exactly one main one, from the first without being kept; a subnet has
 * that or one of its own.
 */
final class RouteRules {

    private static final Comparator<Route> ORDER =
            Comparator.comparing((Route route) -> !route.destination().address().isV4())
                    .thenComparing(route -> route.destination().address())
                    .thenComparing(route -> route.destination().length());

    private final CatalogTable table;

    RouteRules(CatalogTable table) {
        this.table = table;
    }

    Decision create(OfRouting.CreateRouteTable command, long index) {
        TenantId tenant = command.tenant();
        String key = command.id().value();
        Optional<RouteTable> existing = table.find(RouteTable.class, key);
        if (existing.isPresent()) {
            return existing.get().tenant().equals(tenant)
                    ? Decision.existing(existing.get(), existing.get().vpc().equals(command.vpc()))
                    : Decision.notFound(key);
        }
        String vpc = command.vpc().value();
        if (table.owned(Vpc.class, tenant, vpc).isEmpty()) {
            return Decision.notFound(vpc);
        }
        if (table.find(Vpc.class, command.id().mainTableOf().value()).isPresent()) {
            return kept(command, index);
        }
        long would =
                table.all(RouteTable.class, tenant).filter(one -> one.main().isEmpty()).count() + 1;
        return table.refusal(tenant, Quota.ROUTE_TABLES, would)
                .orElseGet(() ->
                        Decision.put(
                                new RouteTable(
                                        command.id(),
                                        tenant,
                                        command.vpc(),
                                        Optional.empty(),
                                        false,
                                        List.of(),
                                        List.of(),
                                        index)));
    }

    /** Of the VPC's main table that is not kept yet: from now on it is. */
    private Decision kept(OfRouting.CreateRouteTable command, long index) {
        return table.routeTable(command.tenant(), command.id())
                .filter(main -> main.vpc().equals(command.vpc()))
                .map(main -> Decision.put(main.main(main.main(), index)))
                .orElseGet(() -> Decision.conflict(command.id().value(), "is taken"));
    }

    Decision delete(OfRouting.DeleteRouteTable command, long index) {
        String key = command.id().value();
        Optional<RouteTable> found = table.routeTable(command.tenant(), command.id());
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        Stream<String> vpc = found.get().main().stream().map(_ -> found.get().vpc().value());
        Stream<String> subnets = found.get().subnets().stream().map(a -> a.subnet().value());
        return Stream.concat(vpc, subnets)
                .findFirst()
                .map(user -> Decision.inUse(key, user))
                .orElseGet(() -> Decision.removed(key, index));
    }

    Decision put(OfRouting.PutRoute command, long index) {
        Optional<RouteTable> found = table.routeTable(command.tenant(), command.table());
        if (found.isEmpty()) {
            return Decision.notFound(command.table().value());
        }
        RouteTable before = found.get();
        Route route = command.route();
        Optional<Decision> refused =
                local(before.vpc(), route.destination()).or(() -> unreachable(before, route));
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<Route> present = before.route(route.destination());
        if (present.equals(Optional.of(route))) {
            return Decision.unchanged(before);
        }
        boolean isThere = present.isPresent() || follows(before, route.destination());
        if (command.isThere().equals(Optional.of(true)) && !isThere) {
            return Decision.conflict(before.key(), "has no route to " + route.destination());
        }
        if (command.isThere().equals(Optional.of(false)) && present.isPresent()) {
            return Decision.conflict(before.key(), "has a route to " + route.destination());
        }
        if (present.isEmpty() && before.routes().size() >= CatalogLimits.ROUTES_PER_TABLE) {
            return Decision.full("routes of a route table", CatalogLimits.ROUTES_PER_TABLE);
        }
        List<Route> routes = others(before, route.destination());
        routes.add(route);
        return changed(before, routes, route.isDefault(), index);
    }

    Decision delete(OfRouting.DeleteRoute command, long index) {
        Optional<RouteTable> found = table.routeTable(command.tenant(), command.table());
        if (found.isEmpty()) {
            return Decision.notFound(command.table().value());
        }
        RouteTable before = found.get();
        IpPrefix destination = command.destination();
        // Where no gateway serves the VPC yet, none will by itself.
        boolean ends = before.follows() && destination.length() == 0;
        if (before.route(destination).isEmpty() && !ends) {
            return Decision.conflict(before.key(), "has no route to " + destination);
        }
        List<Route> rest = others(before, destination);
        return changed(before, rest, destination.length() == 0, index);
    }

    /** What stays where the route to that destination is set or deleted. */
    private List<Route> others(RouteTable before, IpPrefix destination) {
        List<Route> routes = new ArrayList<>(before.routes());
        if (destination.length() == 0) {
            table.snapshot().followed(before).forEach(routes::add);
        }
        routes.removeIf(route -> route.destination().equals(destination));
        return routes;
    }

    private static Decision changed(
            RouteTable before, List<Route> routes, boolean said, long index) {
        List<Route> sorted = routes.stream().sorted(ORDER).toList();
        return Decision.put(before.with(before.follows() && !said, sorted, index));
    }

    private boolean follows(RouteTable before, IpPrefix destination) {
        return table.snapshot().followed(before).stream()
                .anyMatch(route -> route.destination().equals(destination));
    }

    /** What is in the VPC stays there. */
    private Optional<Decision> local(VpcId vpc, IpPrefix destination) {
        return table.find(Vpc.class, vpc.value()).stream()
                .flatMap(found -> found.prefixes().stream())
                .filter(prefix -> prefix.contains(destination))
                .findFirst()
                .map(prefix ->
                        Decision.invalid(
                                "destination", destination, "not within the VPC's " + prefix));
    }

    private Optional<Decision> unreachable(RouteTable of, Route route) {
        return switch (route.target()) {
            case Target.NatGateway(var id) ->
                    table.owned(Gateway.class, of.tenant(), id.value())
                            .map(gateway -> elsewhere(of, id.value(), gateway.vpc()))
                            .orElseGet(() -> Optional.of(Decision.notFound(id.value())));
            case Target.Internet(var id) ->
                    table.owned(InternetGateway.class, of.tenant(), id.value())
                            .map(gateway ->
                                    gateway.vpc()
                                            .map(vpc -> elsewhere(of, id.value(), vpc))
                                            .orElseGet(() -> nowhere(of, id.value())))
                            .orElseGet(() -> Optional.of(Decision.notFound(id.value())));
        };
    }

    private static Optional<Decision> elsewhere(RouteTable of, String target, VpcId vpc) {
        return vpc.equals(of.vpc()) ? Optional.empty() : nowhere(of, target);
    }

    private static Optional<Decision> nowhere(RouteTable of, String target) {
        return Optional.of(Decision.invalid("target", target, "a gateway of " + of.vpc()));
    }

    Decision associate(OfRouting.AssociateRouteTable command, long index) {
        TenantId tenant = command.tenant();
        String key = command.subnet().value();
        Optional<Subnet> subnet = table.owned(Subnet.class, tenant, key);
        if (subnet.isEmpty()) {
            return Decision.notFound(key);
        }
        Optional<RouteTable> found = table.routeTable(tenant, command.table());
        if (found.isEmpty()) {
            return Decision.notFound(command.table().value());
        }
        RouteTable wanted = found.get();
        if (!wanted.vpc().equals(subnet.get().vpc())) {
            return Decision.invalid(
                    "routeTableId", wanted.key(), "a route table of " + subnet.get().vpc());
        }
        Optional<RouteTable> before = own(subnet.get());
        Optional<Decision> another = another(subnet.get(), before, command.instead());
        if (another.isPresent()) {
            return another.get();
        }
        if (before.map(RouteTable::id).equals(Optional.of(wanted.id()))) {
            return Decision.unchanged(before.get());
        }
        List<CatalogChange> changes = new ArrayList<>();
        before.ifPresent(
                one -> changes.add(new CatalogChange.Put(one.without(command.subnet(), index))));
        changes.add(new CatalogChange.Put(subnet.get().at(index)));
        RouteTable after = wanted.with(new Association(command.subnet(), index), index);
        changes.add(new CatalogChange.Put(after));
        return new Decision(changes, new CatalogResult.Applied(index, Optional.of(after)));
    }

    Decision disassociate(OfRouting.DisassociateRouteTable command, long index) {
        String key = command.subnet().value();
        Optional<Subnet> subnet = table.owned(Subnet.class, command.tenant(), key);
        if (subnet.isEmpty()) {
            return Decision.notFound(key);
        }
        Optional<RouteTable> before = own(subnet.get());
        return another(subnet.get(), before, command.association())
                .or(() ->
                        before.map(one ->
                                with(
                                        Decision.put(one.without(command.subnet(), index)),
                                        subnet.get().at(index))))
                .orElseGet(() ->
                        Decision.refused(
                                new CatalogResult.Applied(
                                        subnet.get().version(), Optional.empty())));
    }

    private static Decision with(Decision decision, Subnet subnet) {
        List<CatalogChange> changes = new ArrayList<>(decision.changes());
        changes.add(new CatalogChange.Put(subnet));
        return new Decision(changes, decision.result());
    }

    /** Refused where the subnet has another association by now than the caller knows. */
    private static Optional<Decision> another(
            Subnet subnet, Optional<RouteTable> before, Optional<Long> known) {
        long since = before.flatMap(one -> one.of(subnet.id())).map(Association::since).orElse(0L);
        return known.filter(version -> version != since)
                .map(_ ->
                        before.map(one -> Decision.conflict(subnet.key(), "has " + one.key()))
                                .orElseGet(() ->
                                        Decision.conflict(
                                                subnet.key(), "has no route table of its own")));
    }

    /** That which it has of its own; empty: it has the main one. */
    private Optional<RouteTable> own(Subnet subnet) {
        return table.all(RouteTable.class)
                .filter(one -> one.of(subnet.id()).isPresent())
                .findFirst();
    }

    /** The former one keeps what it said, and follows nobody any more. */
    Decision replaceMain(OfRouting.ReplaceMainRouteTable command, long index) {
        RouteTableId id = command.table();
        Optional<RouteTable> found = table.routeTable(command.tenant(), id);
        if (found.isEmpty()) {
            return Decision.notFound(id.value());
        }
        RouteTable before = table.mainOf(found.get().vpc());
        if (command.instead().isPresent() && !command.instead().equals(before.main())) {
            return Decision.conflict(before.vpc().value(), "has " + before.key());
        }
        if (before.id().equals(id)) {
            return Decision.unchanged(before);
        }
        RouteTable after = found.get().main(Optional.of(index), index);
        List<Route> routes = new ArrayList<>(before.routes());
        routes.addAll(table.snapshot().followed(before));
        RouteTable former = before.with(false, routes.stream().sorted(ORDER).toList(), index);
        return new Decision(
                List.of(
                        new CatalogChange.Put(former.main(Optional.empty(), index)),
                        new CatalogChange.Put(after)),
                new CatalogResult.Applied(index, Optional.of(after)));
    }
}
