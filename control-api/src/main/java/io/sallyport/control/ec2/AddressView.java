package io.sallyport.control.ec2;

import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * An elastic IP as EC2 shows it.
 *
 * @param gateway that has it
 * @param one the interface that has it to itself
 */
record AddressView(
        ElasticIp eip,
        Optional<Gateway> gateway,
        Optional<NetworkInterface> one,
        SortedMap<String, String> tags,
        String region) {

    static AddressView of(ElasticIp eip, Snapshot now, String region) {
        return new AddressView(
                eip,
                eip.gateway().flatMap(id -> now.find(Gateway.class, id.value())),
                now.all(NetworkInterface.class).stream()
                        .filter(each -> eip.owner().filter(each.instance()::isSame).isPresent())
                        .findFirst(),
                now.tags(eip.key()),
                region);
    }

    private Optional<String> privateAddress() {
        return gateway.map(owner -> owner.privateAddress().toString())
                .or(() -> eip.instance().map(owner -> owner.privateAddress().toString()));
    }

    private Optional<String> networkInterface() {
        return gateway.map(owner -> owner.networkInterface().value())
                .or(() -> one.map(NetworkInterface::key));
    }

    void write(XmlAnswer xml) {
        xml.text("allocationId", eip.key())
                .text("associationId", Associations.id(eip).orElse(null))
                .text("networkInterfaceId", networkInterface().orElse(null))
                .text(
                        "networkInterfaceOwnerId",
                        networkInterface().map(any -> eip.tenant().value()).orElse(null))
                .text("privateIpAddress", privateAddress().orElse(null));
        Views.tags(xml, tags);
    }

    Stream<String> filtered(String name) {
        return switch (name) {
            case "allocation-id" -> Stream.of(eip.key());
            case "association-id" -> Associations.id(eip).stream();
            case "domain" -> Stream.of("vpc");
            case "instance-id" -> Stream.empty();
            case "network-border-group" -> Stream.of(region);
            case "network-interface-id" -> networkInterface().stream();
            case "network-interface-owner-id" ->
                    networkInterface().map(any -> eip.tenant().value()).stream();
            case "private-ip-address" -> privateAddress().stream();
            case "public-ip" -> Stream.of(eip.address().toString());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }
}
