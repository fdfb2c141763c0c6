package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.ignored;
import static io.sallyport.control.ec2.Parameter.optional;

import io.sallyport.control.ec2.NatGatewayView.Address;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Resource.Gateway;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The interfaces of NAT gateways: by these flow logs name them. Instances' are not known here. */
@Component
class NetworkInterfaces implements Operation.Source {

    private static final String TYPE = "natGateway";

    private final Snapshots snapshots;
    private final Places places;

    NetworkInterfaces(Snapshots snapshots, Places places) {
        this.snapshots = snapshots;
        this.places = places;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
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
                        "network-interface-id",
                        "owner-id",
                        "private-ip-address",
                        "requester-managed",
                        "status",
                        "subnet-id",
                        "tag-key",
                        "vpc-id");
        Snapshot now = snapshots.now(call.tenant());
        List<NatGatewayView> all =
                now.all(Gateway.class).stream()
                        .map(gateway -> NatGatewayView.of(gateway, now))
                        .toList();
        for (String id : asked) {
            if (all.stream().noneMatch(view -> id(view).equals(id))) {
                throw Kind.NETWORK_INTERFACE.notFound(id);
            }
        }
        Pages.Page<NatGatewayView> page =
                call.page(
                        asked,
                        all.stream()
                                .filter(view -> asked.isEmpty() || asked.contains(id(view)))
                                .filter(view ->
                                        filters.match(
                                                name -> filtered(view, name),
                                                Collections.emptySortedMap()))
                                .toList(),
                        NetworkInterfaces::id);
        return xml ->
                xml.set("networkInterfaceSet", page.items(), this::write)
                        .text("nextToken", page.nextToken());
    }

    private static String id(NatGatewayView view) {
        return view.gateway().networkInterface().value();
    }

    private static String description(NatGatewayView view) {
        return "Interface for NAT Gateway " + view.id();
    }

    private Stream<String> filtered(NatGatewayView view, String name) {
        Gateway gateway = view.gateway();
        return switch (name) {
            case "addresses.association.public-ip" ->
                    view.addresses().stream().map(Address::address);
            case "association.public-ip" -> primary(view).map(Address::address);
            case "association.allocation-id" -> primary(view).map(Address::allocation);
            case "association.association-id" ->
                    primary(view).flatMap(address -> Stream.ofNullable(address.association()));
            case "association.ip-owner-id" ->
                    primary(view).map(address -> gateway.tenant().value());
            case "addresses.private-ip-address", "private-ip-address" ->
                    Stream.of(gateway.privateAddress().toString());
            case "availability-zone" -> Stream.of(places.zone());
            case "description" -> Stream.of(description(view));
            case "interface-type" -> Stream.of(TYPE);
            case "network-interface-id" -> Stream.of(id(view));
            case "owner-id" -> Stream.of(gateway.tenant().value());
            case "requester-managed" -> Stream.of("true");
            case "status" -> Stream.of("in-use");
            case "subnet-id" -> Stream.of(gateway.subnet().value());
            case "vpc-id" -> Stream.of(gateway.vpc().value());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }

    private static Stream<Address> primary(NatGatewayView view) {
        return view.addresses().stream().limit(1);
    }

    private void write(XmlAnswer xml, NatGatewayView view) {
        Gateway gateway = view.gateway();
        primary(view).forEach(address -> association(xml, view, address));
        xml.text("availabilityZone", places.zone())
                .text("description", description(view))
                .texts("groupSet", List.of())
                .text("interfaceType", TYPE)
                .set(
                        "ipv6AddressesSet",
                        gateway.privateAddressV6().stream().map(IpAddress::toString).toList(),
                        (item, six) -> item.text("ipv6Address", six))
                .text("networkInterfaceId", id(view))
                .text("ownerId", gateway.tenant().value())
                .text("privateIpAddress", gateway.privateAddress().toString())
                .set(
                        "privateIpAddressesSet",
                        List.of(gateway.privateAddress().toString()),
                        (item, address) -> {
                            primary(view).forEach(one -> association(item, view, one));
                            item.flag("primary", true).text("privateIpAddress", address);
                        })
                .flag("requesterManaged", true)
                .flag("sourceDestCheck", false)
                .text("status", "in-use")
                .text("subnetId", gateway.subnet().value())
                .text("vpcId", gateway.vpc().value());
    }

    private static void association(XmlAnswer xml, NatGatewayView view, Address address) {
        xml.in(
                "association",
                item ->
                        item.text("allocationId", address.allocation())
                                .text("associationId", address.association())
                                .text("ipOwnerId", view.gateway().tenant().value())
                                .text("publicIp", address.address()));
    }
}
