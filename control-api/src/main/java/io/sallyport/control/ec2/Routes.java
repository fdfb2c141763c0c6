package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;
import static io.sallyport.control.ec2.Parameter.unsupported;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Parameters;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InternetGatewayId;
import io.sallyport.ids.RouteTableId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing;
import io.sallyport.store.catalog.Routing.InternetGateway;
import io.sallyport.store.catalog.Routing.RouteTable;
import io.sallyport.store.catalog.Routing.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What is in route tables. */
@Component
class Routes implements Operation.Source {

    private static final String TWO_KINDS =
            "a route leads to a NAT gateway or to an internet gateway";
    private static final String NO_LISTS = "there are no prefix lists here";

    private final CatalogService catalog;
    private final Snapshots snapshots;

    Routes(CatalogService catalog, Snapshots snapshots) {
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
                Operation.of("CreateRoute", this::create, destination(), targets()),
                Operation.of(
                        "ReplaceRoute",
                        this::replace,
                        destination(),
                        targets(),
                        Stream.of(unsupported("LocalTarget", TWO_KINDS))),
                Operation.of("DeleteRoute", this::delete, destination()));
    }

    private static Stream<Parameter> destination() {
        return Stream.of(
                required("RouteTableId"),
                optional("DestinationCidrBlock"),
                optional("DestinationIpv6CidrBlock"),
                unsupported("DestinationPrefixListId", NO_LISTS));
    }

    private static Stream<Parameter> targets() {
        return Stream.concat(
                Stream.of(optional("NatGatewayId"), optional("GatewayId")),
                Stream.of(
                                "VpcEndpointId",
                                "TransitGatewayId",
                                "LocalGatewayId",
                                "CarrierGatewayId",
                                "CoreNetworkArn",
                                "OdbNetworkArn",
                                "EgressOnlyInternetGatewayId",
                                "InstanceId",
                                "NetworkInterfaceId",
                                "VpcPeeringConnectionId")
                        .map(name -> unsupported(name, TWO_KINDS)));
    }

    private Consumer<XmlAnswer> create(Call call) {
        return put(
                call,
                false,
                destination ->
                        new Ec2Error(
                                "RouteAlreadyExists",
                                "The route identified by " + destination + " already exists."));
    }

    private Consumer<XmlAnswer> replace(Call call) {
        return put(
                call,
                true,
                destination ->
                        new Ec2Error(
                                "InvalidParameterValue",
                                "There is no route defined for '"
                                        + destination
                                        + "' in the route table. Use CreateRoute instead."));
    }

    private Consumer<XmlAnswer> put(
            Call call, boolean isThere, Function<IpPrefix, Ec2Error> otherwise) {
        String id = call.id("RouteTableId", Kind.ROUTE_TABLE);
        IpPrefix destination = destination(call.parameters());
        Snapshot now = snapshots.now(call.tenant());
        RouteTable table = RouteTables.get(now, id);
        notLocal(
                now,
                table,
                destination,
                local ->
                        "Cannot create a more specific route for "
                                + destination
                                + " than local route "
                                + local
                                + " in route table "
                                + id);
        Routing.Route route = new Routing.Route(destination, target(call, table, now));
        if (!isThere && table.route(destination).isPresent()) {
            throw otherwise.apply(destination);
        }
        apply(
                new OfRouting.PutRoute(
                        call.tenant(), new RouteTableId(id), route, Optional.of(isThere)),
                id,
                otherwise.apply(destination));
        return Operation.DONE;
    }

    private void apply(OfRouting command, String id, Ec2Error otherwise) {
        try {
            catalog.apply(command, id);
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.CONFLICT ? otherwise : problem;
        }
    }

    private static IpPrefix destination(Parameters sent) {
        List<IpPrefix> told = new ArrayList<>();
        for (String name : List.of("DestinationCidrBlock", "DestinationIpv6CidrBlock")) {
            sent.text(name).ifPresent(text -> told.add(Vpcs.prefix(name, text)));
        }
        if (told.size() != 1) {
            throw told.isEmpty()
                    ? Ec2Error.missing("DestinationCidrBlock or DestinationIpv6CidrBlock")
                    : Ec2Error.combination(
                            "DestinationCidrBlock and DestinationIpv6CidrBlock cannot be used"
                                    + " together");
        }
        return told.getFirst();
    }

    private static void notLocal(
            Snapshot now, RouteTable table, IpPrefix destination, Function<IpPrefix, String> text) {
        now.find(Vpc.class, table.vpc().value()).stream()
                .flatMap(vpc -> vpc.prefixes().stream())
                .filter(prefix -> prefix.contains(destination))
                .findFirst()
                .ifPresent(prefix -> {
                    throw new Ec2Error("InvalidParameterValue", text.apply(prefix));
                });
    }

    private static Target target(Call call, RouteTable table, Snapshot now) {
        Optional<String> nat =
                call.parameters().text("NatGatewayId").map(Kind.NAT_GATEWAY::wellFormed);
        Optional<String> internet =
                call.parameters().text("GatewayId").map(Kind.INTERNET_GATEWAY::wellFormed);
        if (nat.isPresent() == internet.isPresent()) {
            throw nat.isEmpty()
                    ? Ec2Error.missing("NatGatewayId or GatewayId")
                    : Ec2Error.combination("NatGatewayId and GatewayId cannot be used together");
        }
        if (nat.isPresent()) {
            Gateway gateway =
                    now.find(Gateway.class, nat.get())
                            .orElseThrow(() ->
                                    new Ec2Error(
                                            "InvalidNatGatewayID.NotFound",
                                            "The natGateway ID '"
                                                    + nat.get()
                                                    + "' does not exist"));
            inOneVpc(table, nat.get(), gateway.vpc().equals(table.vpc()));
            return new Target.NatGateway(new GatewayId(nat.get()));
        }
        String id = internet.orElseThrow();
        InternetGateway gateway = now.get(InternetGateway.class, Kind.INTERNET_GATEWAY, id);
        inOneVpc(table, id, gateway.vpc().equals(Optional.of(table.vpc())));
        return new Target.Internet(new InternetGatewayId(id));
    }

    private static void inOneVpc(RouteTable table, String gateway, boolean is) {
        if (!is) {
            throw new Ec2Error(
                    "InvalidParameterValue",
                    "route table "
                            + table.key()
                            + " and network gateway "
                            + gateway
                            + " belong to different networks");
        }
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = call.id("RouteTableId", Kind.ROUTE_TABLE);
        IpPrefix destination = destination(call.parameters());
        Snapshot now = snapshots.now(call.tenant());
        notLocal(
                now,
                RouteTables.get(now, id),
                destination,
                local -> "cannot remove local route " + local + " in route table " + id);
        apply(
                new OfRouting.DeleteRoute(call.tenant(), new RouteTableId(id), destination),
                id,
                new Ec2Error(
                        "InvalidRoute.NotFound",
                        "no route with destination-cidr-block "
                                + destination
                                + " in route table "
                                + id));
        return Operation.DONE;
    }
}
