package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing.RouteTable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Route tables of VPCs. What is in them is {@link Routes}', who has them {@link
 * RouteTableAssociations}'.
 */
@Component
class RouteTables implements Operation.Source {

    private final CatalogService catalog;
    private final Snapshots snapshots;

    RouteTables(CatalogService catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    @Override
    public Area area() {
        return Area.VPCS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "CreateRouteTable",
                        this::create,
                        Stream.of(optional("ClientToken"), required("VpcId")),
                        Parameter.tags()),
                Operation.of("DeleteRouteTable", this::delete, Stream.of(required("RouteTableId"))),
                Operation.of(
                        "DescribeRouteTables",
                        this::describe,
                        Stream.of(optional("RouteTableId.N")),
                        Parameter.filters(),
                        Parameter.pages()));
    }

    /** One that must be there, of a VPC of the tenant's. */
    static RouteTable get(Snapshot now, String id) {
        return all(now).filter(table -> table.key().equals(id))
                .findFirst()
                .orElseThrow(() -> Kind.ROUTE_TABLE.notFound(id));
    }

    /** All that the tenant has, those that are not kept among them. */
    static Stream<RouteTable> all(Snapshot now) {
        return now.catalog().routeTables(now.tenant()).stream();
    }

    private Consumer<XmlAnswer> create(Call call) {
        String vpc = call.id("VpcId", Kind.VPC);
        SortedMap<String, String> tags = call.tags(Kind.ROUTE_TABLE);
        Optional<String> token = call.clientToken();
        snapshots.now(call.tenant()).get(Vpc.class, Kind.VPC, vpc);
        String key = token.map(text -> "ec2 " + text).orElse(null);
        RouteTableId id = new RouteTableId(NewId.of(call.tenant(), "rtb", key));
        catalog.create(
                new CatalogCommand.Labelled(
                        new OfRouting.CreateRouteTable(call.tenant(), id, new VpcId(vpc)),
                        Instant.now().toEpochMilli(),
                        tags),
                id.value(),
                RouteTable.class,
                key);
        Snapshot now = snapshots.now(call.tenant());
        RouteTableView view = RouteTableView.of(get(now, id.value()), now);
        return xml -> xml.in("routeTable", view::write).text("clientToken", token.orElse(null));
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = call.id("RouteTableId", Kind.ROUTE_TABLE);
        get(snapshots.now(call.tenant()), id);
        try {
            catalog.apply(new OfRouting.DeleteRouteTable(call.tenant(), new RouteTableId(id)), id);
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.IN_USE
                    ? new Ec2Error(
                            "DependencyViolation",
                            "The routeTable '" + id + "' has dependencies and cannot be deleted.")
                    : problem;
        }
        return Operation.DONE;
    }

    private Consumer<XmlAnswer> describe(Call call) {
        List<String> asked = call.ids("RouteTableId", Kind.ROUTE_TABLE);
        Filters filters = call.filters(RouteTableView.FILTERS.toArray(String[]::new));
        Snapshot now = snapshots.now(call.tenant());
        asked.forEach(id -> get(now, id));
        Pages.Page<RouteTableView> page =
                call.page(
                        asked,
                        RouteTableView.all(now)
                                .filter(view -> asked.isEmpty() || asked.contains(view.id()))
                                .filter(view -> filters.match(view::filtered, view.tags()))
                                .toList(),
                        RouteTableView::id);
        return xml ->
                xml.set("routeTableSet", page.items(), (item, view) -> view.write(item))
                        .text("nextToken", page.nextToken());
    }
}
