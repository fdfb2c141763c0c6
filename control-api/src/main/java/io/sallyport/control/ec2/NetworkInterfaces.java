package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.ignored;
import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;
import static io.sallyport.control.ec2.Parameter.unsupported;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import io.sallyport.store.catalog.Resource.Subnet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Network interfaces: those of NAT gateways, by which flow logs name them, and those that a tenant
 * makes for its instances, so that elastic IPs can be tied to them.
 */
@Component
class NetworkInterfaces implements Operation.Source {

    private static final String ONE_ADDRESS = "an interface here has one address";
    private static final String NO_GROUPS = "network ACLs decide; there are no security groups";
    private static final String PLAIN = "there is one kind of interface";

    private final CatalogService catalog;
    private final Snapshots snapshots;
    private final Places places;

    NetworkInterfaces(CatalogService catalog, Snapshots snapshots, Places places) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.places = places;
    }

    @Override
    public Area area() {
        return Area.ADDRESSES;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "CreateNetworkInterface",
                        this::create,
                        Stream.of(
                                required("SubnetId"),
                                optional("PrivateIpAddress"),
                                optional("ClientToken"),
                                ignored("Description", "tags say what it is for")),
                        Stream.of(
                                        "PrivateIpAddresses.N.Primary",
                                        "PrivateIpAddresses.N.PrivateIpAddress",
                                        "SecondaryPrivateIpAddressCount",
                                        "Ipv6Addresses.N.Ipv6Address",
                                        "Ipv6Addresses.N.IsPrimaryIpv6",
                                        "Ipv6AddressCount",
                                        "EnablePrimaryIpv6",
                                        "Ipv4Prefix.N.Ipv4Prefix",
                                        "Ipv4PrefixCount",
                                        "Ipv6Prefix.N.Ipv6Prefix",
                                        "Ipv6PrefixCount")
                                .map(name -> unsupported(name, ONE_ADDRESS)),
                        Stream.of(
                                unsupported("SecurityGroupId.N", NO_GROUPS),
                                unsupported("InterfaceType", PLAIN),
                                unsupported("Operator.Principal", PLAIN),
                                unsupported(
                                        "ConnectionTrackingSpecification.TcpEstablishedTimeout",
                                        "1:1 translation tracks no connection"),
                                unsupported(
                                        "ConnectionTrackingSpecification.UdpStreamTimeout",
                                        "1:1 translation tracks no connection"),
                                unsupported(
                                        "ConnectionTrackingSpecification.UdpTimeout",
                                        "1:1 translation tracks no connection")),
                        Parameter.tags()),
                Operation.of(
                        "DeleteNetworkInterface",
                        this::delete,
                        Stream.of(required("NetworkInterfaceId"))),
                Operation.of(
                        "DescribeNetworkInterfaces",
                        this::describe,
                        Stream.of(
                                optional("NetworkInterfaceId.N"),
                                ignored(
                                        "IncludeManagedResources",
                                        "those of gateways are shown always")),
                        Parameter.filters(),
                        Parameter.pages()));
    }

    private Consumer<XmlAnswer> create(Call call) {
        String subnet = call.id("SubnetId", Kind.SUBNET);
        snapshots.now(call.tenant()).get(Subnet.class, Kind.SUBNET, subnet);
        Optional<String> token = call.clientToken();
        String key = token.map(given -> "ec2 " + given).orElse(null);
        InterfaceId id = new InterfaceId(NewId.of(call.tenant(), "eni", key));
        CatalogCommand command =
                new CatalogCommand.CreateNetworkInterface(
                        call.tenant(),
                        id,
                        new SubnetId(subnet),
                        call.parameters()
                                .text("PrivateIpAddress")
                                .map(wish -> Fields.address("PrivateIpAddress", wish)),
                        NewId.mac(id));
        try {
            catalog.create(
                    new CatalogCommand.Labelled(
                            command,
                            Instant.now().toEpochMilli(),
                            call.tags(Kind.NETWORK_INTERFACE)),
                    id.value(),
                    NetworkInterface.class,
                    key);
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.CONFLICT
                    ? new Ec2Error("InvalidIPAddress.InUse", String.valueOf(problem.getMessage()))
                    : problem;
        }
        Snapshot now = snapshots.now(call.tenant());
        InterfaceView view =
                InterfaceView.of(
                        now.get(NetworkInterface.class, Kind.NETWORK_INTERFACE, id.value()), now);
        return xml ->
                xml.in("networkInterface", item -> view.write(item, places.zone()))
                        .text("clientToken", token.orElse(null));
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = call.id("NetworkInterfaceId", Kind.NETWORK_INTERFACE);
        Snapshot now = snapshots.now(call.tenant());
        boolean ofGateway =
                now.all(Gateway.class).stream()
                        .anyMatch(gateway -> gateway.networkInterface().value().equals(id));
        if (ofGateway) {
            throw new Ec2Error(
                    "OperationNotPermitted",
                    "You do not have permission to delete the network interface of a NAT gateway");
        }
        NetworkInterface found = now.get(NetworkInterface.class, Kind.NETWORK_INTERFACE, id);
        catalog.apply(new CatalogCommand.DeleteNetworkInterface(call.tenant(), found.id()), id);
        return Operation.DONE;
    }

    private Consumer<XmlAnswer> describe(Call call) {
        List<String> asked = call.ids("NetworkInterfaceId", Kind.NETWORK_INTERFACE);
        Filters filters =
                call.filters(
                        "addresses.association.public-ip",
                        "addresses.private-ip-address",
                        "association.allocation-id",
                        "association.association-id",
                        "association.ip-owner-id",
                        "association.public-ip",
                        "availability-zone",
                        "description",
                        "interface-type",
                        "mac-address",
                        "network-interface-id",
                        "owner-id",
                        "private-ip-address",
                        "requester-managed",
                        "status",
                        "subnet-id",
                        "tag-key",
                        "vpc-id");
        List<InterfaceView> all = InterfaceView.all(snapshots.now(call.tenant()));
        for (String id : asked) {
            if (all.stream().noneMatch(view -> view.id().equals(id))) {
                throw Kind.NETWORK_INTERFACE.notFound(id);
            }
        }
        Pages.Page<InterfaceView> page =
                call.page(
                        asked,
                        all.stream()
                                .filter(view -> asked.isEmpty() || asked.contains(view.id()))
                                .filter(view ->
                                        filters.match(
                                                name -> view.filtered(name, places.zone()),
                                                view.tags()))
                                .toList(),
                        InterfaceView::id);
        return xml ->
                xml.set(
                                "networkInterfaceSet",
                                page.items(),
                                (item, view) -> view.write(item, places.zone()))
                        .text("nextToken", page.nextToken());
    }
}
