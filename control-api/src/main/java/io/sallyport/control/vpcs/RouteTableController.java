package io.sallyport.control.vpcs;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InternetGatewayId;
import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing.Route;
import io.sallyport.store.catalog.Routing.RouteTable;
import io.sallyport.store.catalog.Routing.Target;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** By which gateway packets leave a VPC, where a tenant wants to say so. */
@RestController
@RequestMapping("/v1")
class RouteTableController {

    record CreateRouteTableRequest(@Nullable String vpcId) {}

    /**
     * @param destination such as {@code 0.0.0.0/0}
     * @param natGatewayId either this or {@code internetGatewayId}
     */
    record RouteRequest(
            @Nullable String destination,
            @Nullable String natGatewayId,
            @Nullable String internetGatewayId) {}

    record RouteTableRequest(@Nullable String routeTableId) {}

    private final CatalogService catalog;
    private final Nodes nodes;

    RouteTableController(CatalogService catalog, Nodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
    }

    @PostMapping("/route-tables")
    @ResponseStatus(HttpStatus.CREATED)
    RouteTableView createRouteTable(
            TenantId tenant,
            @RequestBody CreateRouteTableRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        RouteTableId id = new RouteTableId(NewId.of(tenant, "rtb", idempotencyKey));
        OfRouting command =
                new OfRouting.CreateRouteTable(
                        tenant, id, Fields.id("vpcId", request.vpcId(), VpcId::new));
        return view(catalog.create(command, id.value(), RouteTable.class, idempotencyKey));
    }

    /** Those that VPCs have from the first, too. */
    @GetMapping("/route-tables")
    Page<RouteTableView> listRouteTables(TenantId tenant) {
        Progress progress = nodes.progress();
        Catalog now = catalog.catalog();
        return Page.of(now.routeTables(tenant), table -> RouteTableView.of(table, now, progress));
    }

    @GetMapping("/route-tables/{id}")
    RouteTableView getRouteTable(TenantId tenant, @PathVariable String id) {
        RouteTableId table = Fields.id("id", id, RouteTableId::new);
        return view(
                catalog.shown(
                        catalog.catalog().routeTables(tenant).stream()
                                .filter(one -> one.id().equals(table))
                                .findFirst()
                                .orElseThrow(() -> Problem.notFound(table.value()))));
    }

    @DeleteMapping("/route-tables/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void deleteRouteTable(TenantId tenant, @PathVariable String id) {
        RouteTableId table = Fields.id("id", id, RouteTableId::new);
        catalog.apply(new OfRouting.DeleteRouteTable(tenant, table), table.value());
    }

    /** Sets one route; connections that there are stay with their gateway. */
    @PutMapping("/route-tables/{id}/routes")
    RouteTableView putRoute(
            TenantId tenant, @PathVariable String id, @RequestBody RouteRequest request) {
        RouteTableId table = Fields.id("id", id, RouteTableId::new);
        Route route = new Route(Fields.prefix("destination", request.destination()), to(request));
        return apply(new OfRouting.PutRoute(tenant, table, route, Optional.empty()), table);
    }

    private static Target to(RouteRequest request) {
        if (request.internetGatewayId() == null) {
            return new Target.NatGateway(
                    Fields.id("natGatewayId", request.natGatewayId(), GatewayId::new));
        }
        if (request.natGatewayId() != null) {
            throw Problem.invalid(
                    "internetGatewayId",
                    request.internetGatewayId(),
                    "left out where there is a natGatewayId");
        }
        return new Target.Internet(
                Fields.id(
                        "internetGatewayId", request.internetGatewayId(), InternetGatewayId::new));
    }

    @DeleteMapping("/route-tables/{id}/routes")
    RouteTableView deleteRoute(
            TenantId tenant, @PathVariable String id, @RequestParam String destination) {
        RouteTableId table = Fields.id("id", id, RouteTableId::new);
        IpPrefix to = Fields.prefix("destination", destination);
        return apply(new OfRouting.DeleteRoute(tenant, table, to), table);
    }

    /** The subnet has this one of its own from now on. */
    @PutMapping("/subnets/{id}/route-table")
    RouteTableView associateRouteTable(
            TenantId tenant, @PathVariable String id, @RequestBody RouteTableRequest request) {
        SubnetId subnet = Fields.id("id", id, SubnetId::new);
        OfRouting command =
                new OfRouting.AssociateRouteTable(
                        tenant,
                        subnet,
                        Fields.id("routeTableId", request.routeTableId(), RouteTableId::new),
                        Optional.empty());
        return view(catalog.apply(command, subnet.value(), RouteTable.class));
    }

    /** It has its VPC's main one again. */
    @DeleteMapping("/subnets/{id}/route-table")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void disassociateRouteTable(TenantId tenant, @PathVariable String id) {
        SubnetId subnet = Fields.id("id", id, SubnetId::new);
        catalog.apply(
                new OfRouting.DisassociateRouteTable(tenant, subnet, Optional.empty()),
                subnet.value());
    }

    /** All subnets of the VPC that have none of their own have this one from now on. */
    @PutMapping("/vpcs/{id}/main-route-table")
    RouteTableView replaceMainRouteTable(
            TenantId tenant, @PathVariable String id, @RequestBody RouteTableRequest request) {
        VpcId vpc = Fields.id("id", id, VpcId::new);
        RouteTableId table = Fields.id("routeTableId", request.routeTableId(), RouteTableId::new);
        Vpc of = catalog.owned(Vpc.class, tenant, vpc.value());
        if (catalog.catalog().routeTables(of).stream().noneMatch(one -> one.id().equals(table))) {
            throw Problem.notFound(table.value());
        }
        return apply(new OfRouting.ReplaceMainRouteTable(tenant, table, Optional.empty()), table);
    }

    private RouteTableView apply(OfRouting command, RouteTableId table) {
        return view(catalog.apply(command, table.value(), RouteTable.class));
    }

    private RouteTableView view(RouteTable table) {
        return RouteTableView.of(table, catalog.catalog(), nodes.progress());
    }
}
