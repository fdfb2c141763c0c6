package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.PartCodec.ITEMS;
import static io.sallyport.store.catalog.PartCodec.TEXT;
import static io.sallyport.store.catalog.PartCodec.gateway;
import static io.sallyport.store.catalog.PartCodec.subnet;
import static io.sallyport.store.catalog.PartCodec.tenant;
import static io.sallyport.store.catalog.PartCodec.vpc;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.ids.InternetGatewayId;
import io.sallyport.ids.RouteTableId;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.Routing.Route;
import io.sallyport.store.catalog.Routing.Target;

/** Route tables and internet gateways, and what can be asked of them. */
final class RoutingCodec {

    /** Kinds of resources. */
    static final int ROUTE_TABLE = 52;

    static final int INTERNET_GATEWAY = 53;

    /** Kinds of commands, from the first to the last. */
    static final int FIRST = 75;

    static final int LAST = 85;

    private RoutingCodec() {}

    static void write(WireWriter w, Routing resource) {
        switch (resource) {
            case Routing.RouteTable r ->
                    w.u8(ROUTE_TABLE)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .text(r.vpc().value())
                            .optional(r.main(), WireWriter::i64)
                            .flag(r.follows())
                            .list(r.routes(), RoutingCodec::write)
                            .list(r.subnets(), (x, a) -> x.text(a.subnet().value()).i64(a.since()));
            case Routing.InternetGateway r ->
                    w.u8(INTERNET_GATEWAY)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .optional(r.vpc(), (x, vpc) -> x.text(vpc.value()));
        }
    }

    static Routing.RouteTable routeTable(WireReader r) {
        return new Routing.RouteTable(
                routeTableId(r),
                tenant(r),
                vpc(r),
                r.optional(WireReader::i64),
                r.flag(),
                r.list(ITEMS, RoutingCodec::route),
                r.list(ITEMS, x -> new Routing.Association(subnet(x), x.i64())),
                r.i64());
    }

    static Routing.InternetGateway internetGateway(WireReader r) {
        return new Routing.InternetGateway(
                internetGatewayId(r), tenant(r), r.optional(PartCodec::vpc), r.i64());
    }

    static void write(WireWriter w, OfRouting command) {
        switch (command) {
            case OfRouting.CreateRouteTable c ->
                    begin(w, 75, c).text(c.id().value()).text(c.vpc().value());
            case OfRouting.DeleteRouteTable c -> begin(w, 76, c).text(c.id().value());
            case OfRouting.PutRoute c -> {
                write(begin(w, 77, c).text(c.table().value()), c.route());
                w.optional(c.isThere(), WireWriter::flag);
            }
            case OfRouting.DeleteRoute c ->
                    begin(w, 78, c).text(c.table().value()).prefix(c.destination());
            case OfRouting.AssociateRouteTable c ->
                    begin(w, 79, c)
                            .text(c.subnet().value())
                            .text(c.table().value())
                            .optional(c.instead(), WireWriter::i64);
            case OfRouting.DisassociateRouteTable c ->
                    begin(w, 80, c)
                            .text(c.subnet().value())
                            .optional(c.association(), WireWriter::i64);
            case OfRouting.ReplaceMainRouteTable c ->
                    begin(w, 81, c).text(c.table().value()).optional(c.instead(), WireWriter::i64);
            case OfRouting.CreateInternetGateway c -> begin(w, 82, c).text(c.id().value());
            case OfRouting.DeleteInternetGateway c -> begin(w, 83, c).text(c.id().value());
            case OfRouting.AttachInternetGateway c ->
                    begin(w, 84, c).text(c.id().value()).text(c.vpc().value());
            case OfRouting.DetachInternetGateway c ->
                    begin(w, LAST, c).text(c.id().value()).text(c.vpc().value());
        }
    }

    private static WireWriter begin(WireWriter w, int kind, OfRouting command) {
        return w.u8(kind).text(command.tenant().value());
    }

    static OfRouting command(int kind, WireReader r) {
        return switch (kind) {
            case FIRST -> new OfRouting.CreateRouteTable(tenant(r), routeTableId(r), vpc(r));
            case 76 -> new OfRouting.DeleteRouteTable(tenant(r), routeTableId(r));
            case 77 ->
                    new OfRouting.PutRoute(
                            tenant(r), routeTableId(r), route(r), r.optional(WireReader::flag));
            case 78 -> new OfRouting.DeleteRoute(tenant(r), routeTableId(r), r.prefix());
            case 79 ->
                    new OfRouting.AssociateRouteTable(
                            tenant(r), subnet(r), routeTableId(r), r.optional(WireReader::i64));
            case 80 ->
                    new OfRouting.DisassociateRouteTable(
                            tenant(r), subnet(r), r.optional(WireReader::i64));
            case 81 ->
                    new OfRouting.ReplaceMainRouteTable(
                            tenant(r), routeTableId(r), r.optional(WireReader::i64));
            case 82 -> new OfRouting.CreateInternetGateway(tenant(r), internetGatewayId(r));
            case 83 -> new OfRouting.DeleteInternetGateway(tenant(r), internetGatewayId(r));
            case 84 -> new OfRouting.AttachInternetGateway(tenant(r), internetGatewayId(r), vpc(r));
            case LAST ->
                    new OfRouting.DetachInternetGateway(tenant(r), internetGatewayId(r), vpc(r));
            default -> throw new WireException("command kind " + kind + " is not known");
        };
    }

    private static void write(WireWriter w, Route route) {
        w.prefix(route.destination());
        switch (route.target()) {
            case Target.NatGateway(var id) -> w.u8(1).text(id.value());
            case Target.Internet(var id) -> w.u8(2).text(id.value());
        }
    }

    private static Route route(WireReader r) {
        return new Route(r.prefix(), target(r));
    }

    private static Target target(WireReader r) {
        int kind = r.u8();
        return switch (kind) {
            case 1 -> new Target.NatGateway(gateway(r));
            case 2 -> new Target.Internet(internetGatewayId(r));
            default -> throw new WireException("target kind " + kind + " is not known");
        };
    }

    private static RouteTableId routeTableId(WireReader r) {
        return new RouteTableId(r.text(TEXT));
    }

    private static InternetGatewayId internetGatewayId(WireReader r) {
        return new InternetGatewayId(r.text(TEXT));
    }
}
