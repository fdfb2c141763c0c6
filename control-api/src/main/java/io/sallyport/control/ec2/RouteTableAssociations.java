package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.required;
import static io.sallyport.control.ec2.Parameter.unsupported;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.RouteTableId;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Routing.RouteTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Which route table a subnet has of its own, and which all others of its VPC have. */
@Component
class RouteTableAssociations implements Operation.Source {

    private static final String OF_SUBNETS = "a route table is for subnets";

    private final CatalogService catalog;
    private final Snapshots snapshots;

    RouteTableAssociations(CatalogService catalog, Snapshots snapshots) {
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
                        "AssociateRouteTable",
                        this::associate,
                        Stream.of(
                                required("RouteTableId"),
                                required("SubnetId"),
                                unsupported("GatewayId", OF_SUBNETS),
                                unsupported("PublicIpv4Pool", OF_SUBNETS))),
                Operation.of(
                        "DisassociateRouteTable",
                        this::disassociate,
                        Stream.of(required("AssociationId"))),
                Operation.of(
                        "ReplaceRouteTableAssociation",
                        this::replace,
                        Stream.of(required("AssociationId"), required("RouteTableId"))));
    }

    private Consumer<XmlAnswer> associate(Call call) {
        String id = call.id("RouteTableId", Kind.ROUTE_TABLE);
        String key = call.id("SubnetId", Kind.SUBNET);
        Snapshot now = snapshots.now(call.tenant());
        Subnet subnet = now.get(Subnet.class, Kind.SUBNET, key);
        inOneVpc(RouteTables.get(now, id), subnet);
        OfRouting command =
                new OfRouting.AssociateRouteTable(
                        call.tenant(), subnet.id(), new RouteTableId(id), Optional.of(0L));
        RouteTable after =
                unlessChanged(
                        () -> catalog.apply(command, key, RouteTable.class),
                        () ->
                                new Ec2Error(
                                        "Resource.AlreadyAssociated",
                                        "the specified association for route table "
                                                + id
                                                + " conflicts with an existing association"));
        return xml -> associated(xml, "associationId", RouteTableView.association(after, subnet));
    }

    private static void associated(XmlAnswer xml, String name, Optional<String> association) {
        xml.text(name, association.orElse(null))
                .in("associationState", s -> s.text("state", "associated"));
    }

    private static void inOneVpc(RouteTable table, Subnet subnet) {
        if (!table.vpc().equals(subnet.vpc())) {
            throw new Ec2Error(
                    "InvalidParameterValue",
                    "route table "
                            + table.key()
                            + " and subnet "
                            + subnet.key()
                            + " belong to different networks");
        }
    }

    private static <T> T unlessChanged(Supplier<T> work, Supplier<Ec2Error> otherwise) {
        try {
            return work.get();
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.CONFLICT ? otherwise.get() : problem;
        }
    }

    private Consumer<XmlAnswer> disassociate(Call call) {
        String id = call.id("AssociationId", Kind.ROUTE_TABLE_ASSOCIATION);
        Snapshot now = snapshots.now(call.tenant());
        if (ofMain(now, id).isPresent()) {
            throw new Ec2Error(
                    "InvalidParameterValue",
                    "cannot disassociate the main route table association " + id);
        }
        Own own = own(now, id).orElseThrow(() -> Kind.ROUTE_TABLE_ASSOCIATION.notFound(id));
        OfRouting command =
                new OfRouting.DisassociateRouteTable(
                        call.tenant(), own.subnet().id(), Optional.of(own.since()));
        unlessChanged(
                () -> catalog.apply(command, own.subnet().key()),
                () -> Kind.ROUTE_TABLE_ASSOCIATION.notFound(id));
        return Operation.DONE;
    }

    private Consumer<XmlAnswer> replace(Call call) {
        String id = call.id("AssociationId", Kind.ROUTE_TABLE_ASSOCIATION);
        String wanted = call.id("RouteTableId", Kind.ROUTE_TABLE);
        Snapshot now = snapshots.now(call.tenant());
        RouteTable table = RouteTables.get(now, wanted);
        Supplier<Ec2Error> gone = () -> Kind.ROUTE_TABLE_ASSOCIATION.notFound(id);
        Optional<RouteTable> main = ofMain(now, id);
        if (main.isPresent()) {
            if (!main.get().vpc().equals(table.vpc())) {
                throw new Ec2Error(
                        "InvalidParameterValue",
                        "route table " + wanted + " is not of network " + main.get().vpc());
            }
            OfRouting command =
                    new OfRouting.ReplaceMainRouteTable(
                            call.tenant(), table.id(), main.get().main());
            RouteTable after =
                    unlessChanged(() -> catalog.apply(command, wanted, RouteTable.class), gone);
            return xml ->
                    associated(xml, "newAssociationId", RouteTableView.mainAssociation(after));
        }
        Own own = own(now, id).orElseThrow(gone);
        inOneVpc(table, own.subnet());
        OfRouting command =
                new OfRouting.AssociateRouteTable(
                        call.tenant(), own.subnet().id(), table.id(), Optional.of(own.since()));
        RouteTable after =
                unlessChanged(
                        () -> catalog.apply(command, own.subnet().key(), RouteTable.class), gone);
        return xml ->
                associated(
                        xml, "newAssociationId", RouteTableView.association(after, own.subnet()));
    }

    /** The main table of a VPC, where the association is its. */
    private static Optional<RouteTable> ofMain(Snapshot now, String association) {
        return RouteTables.all(now)
                .filter(table ->
                        RouteTableView.mainAssociation(table).equals(Optional.of(association)))
                .findFirst();
    }

    private record Own(Subnet subnet, long since) {}

    private static Optional<Own> own(Snapshot now, String association) {
        return RouteTables.all(now)
                .flatMap(table ->
                        table.subnets().stream()
                                .filter(one -> RouteTableView.own(one).equals(association)))
                .findFirst()
                .flatMap(one ->
                        now.find(Subnet.class, one.subnet().value())
                                .map(subnet -> new Own(subnet, one.since())));
    }
}
