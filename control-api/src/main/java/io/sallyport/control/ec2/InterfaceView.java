package io.sallyport.control.ec2;

import io.sallyport.control.ec2.NatGatewayView.Address;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network interface as EC2 shows it: a gateway's, or an instance's.
 *
 * @param mac null where it is a gateway's: every node answers for it
 * @param ties its elastic IPs, the primary one first
 */
record InterfaceView(
        String id,
        TenantId tenant,
        VpcId vpc,
        SubnetId subnet,
        IpAddress address,
        Optional<IpAddress> second,
        boolean ofGateway,
        String description,
        @Nullable String mac,
        List<String> further,
        List<Address> ties,
        SortedMap<String, String> tags) {

    /** All that the tenant has. */
    static List<InterfaceView> all(Snapshot now) {
        return Stream.concat(
                        now.all(Gateway.class).stream().map(gateway -> of(gateway, now)),
                        now.all(NetworkInterface.class).stream().map(one -> of(one, now)))
                .toList();
    }

    private static InterfaceView of(Gateway gateway, Snapshot now) {
        NatGatewayView view = NatGatewayView.of(gateway, now);
        return new InterfaceView(
                gateway.networkInterface().value(),
                gateway.tenant(),
                gateway.vpc(),
                gateway.subnet(),
                gateway.privateAddress(),
                gateway.privateAddressV6(),
                true,
                "Interface for NAT Gateway " + view.id(),
                null,
                view.addresses().stream()
                        .filter(Address::isPrivate)
                        .map(Address::address)
                        .filter(own -> !own.equals(gateway.privateAddress().toString()))
                        .toList(),
                view.addresses().stream().filter(address -> !address.isPrivate()).toList(),
                Collections.emptySortedMap());
    }

    static InterfaceView of(NetworkInterface one, Snapshot now) {
        return new InterfaceView(
                one.key(),
                one.tenant(),
                one.vpc(),
                one.subnet(),
                one.privateAddress(),
                Optional.empty(),
                false,
                "",
                mac(one.mac()),
                List.of(),
                tied(one, now).map(eip -> tie(eip, now)).stream().toList(),
                now.tags(one.key()));
    }

    /** The elastic IP that is the interface's. */
    static Optional<ElasticIp> tied(NetworkInterface one, Snapshot now) {
        return now.all(ElasticIp.class).stream()
                .filter(eip -> eip.owner().filter(one.instance()::isSame).isPresent())
                .findFirst();
    }

    private static Address tie(ElasticIp eip, Snapshot now) {
        return new Address(
                eip.key(),
                Associations.id(eip).orElse(null),
                eip.address().toString(),
                NatGatewayView.status(eip, now),
                true);
    }

    private static String mac(long number) {
        return HexFormat.ofDelimiter(":")
                .formatHex(HexFormat.of().parseHex("%012x".formatted(number)));
    }

    Stream<String> filtered(String name, String zone) {
        return switch (name) {
            case "addresses.association.public-ip" -> ties.stream().map(Address::address);
            case "association.public-ip" -> primary().map(Address::address);
            case "association.allocation-id" ->
                    primary().flatMap(address -> Stream.ofNullable(address.allocation()));
            case "association.association-id" ->
                    primary().flatMap(address -> Stream.ofNullable(address.association()));
            case "association.ip-owner-id" -> primary().map(address -> tenant.value());
            case "addresses.private-ip-address" -> addresses();
            case "private-ip-address" -> Stream.of(address.toString());
            case "availability-zone" -> Stream.of(zone);
            case "description" -> Stream.of(description);
            case "interface-type" -> Stream.of(type());
            case "mac-address" -> Stream.ofNullable(mac);
            case "network-interface-id" -> Stream.of(id);
            case "owner-id" -> Stream.of(tenant.value());
            case "requester-managed" -> Stream.of(Boolean.toString(ofGateway));
            case "status" -> Stream.of(status());
            case "subnet-id" -> Stream.of(subnet.value());
            case "vpc-id" -> Stream.of(vpc.value());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }

    private String type() {
        return ofGateway ? "natGateway" : "interface";
    }

    /** Attachments are to instances of EC2, of which there are none here. */
    private String status() {
        return ofGateway ? "in-use" : "available";
    }

    private Stream<String> addresses() {
        return Stream.concat(Stream.of(address.toString()), further.stream());
    }

    private Stream<Address> primary() {
        return ties.stream().limit(1);
    }

    void write(XmlAnswer xml, String zone) {
        primary().forEach(tie -> association(xml, tie));
        xml.text("availabilityZone", zone)
                .text("description", description)
                .texts("groupSet", List.of())
                .text("interfaceType", type())
                .set(
                        "ipv6AddressesSet",
                        Stream.concat(Stream.of(address), second.stream())
                                .filter(each -> !each.isV4())
                                .distinct()
                                .toList(),
                        (item, six) -> item.text("ipv6Address", six.toString()))
                .text("macAddress", mac)
                .text("networkInterfaceId", id)
                .text("ownerId", tenant.value())
                .text("privateIpAddress", address.toString())
                .set(
                        "privateIpAddressesSet",
                        addresses().toList(),
                        (item, each) -> {
                            boolean first = !further.contains(each);
                            if (first) {
                                primary().forEach(one -> association(item, one));
                            }
                            item.flag("primary", first).text("privateIpAddress", each);
                        })
                .flag("requesterManaged", ofGateway)
                .flag("sourceDestCheck", !ofGateway)
                .text("status", status())
                .text("subnetId", subnet.value());
        Views.tags(xml, tags);
        xml.text("vpcId", vpc.value());
    }

    private void association(XmlAnswer xml, Address tie) {
        xml.in(
                "association",
                item ->
                        item.text("allocationId", tie.allocation())
                                .text("associationId", tie.association())
                                .text("ipOwnerId", tenant.value())
                                .text("publicIp", tie.address()));
    }
}
