package io.sallyport.control.ec2;

import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.store.catalog.CatalogLimits;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.FormerAddress;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Gateway;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A NAT gateway as EC2 shows it, also one that is gone.
 *
 * @param state pending, available, deleting or deleted; nothing fails here after it was accepted
 */
record NatGatewayView(
        Gateway gateway,
        String state,
        SortedMap<String, String> tags,
        Optional<Instant> created,
        Optional<Instant> deleted,
        List<Address> addresses) {

    /**
     * @param allocation null where it is a private gateway's own
     * @param association likewise, and where the gateway is gone
     */
    record Address(
            @Nullable String allocation,
            @Nullable String association,
            String address,
            String status,
            boolean primary) {

        boolean isPrivate() {
            return allocation == null;
        }

        Address as(String next) {
            return new Address(allocation, association, address, next, primary);
        }
    }

    static NatGatewayView of(Gateway gateway, Snapshot now) {
        List<ElasticIp> eips = now.addresses(gateway);
        boolean open = eips.isEmpty() || eips.getFirst().open();
        return new NatGatewayView(
                gateway,
                now.applied(gateway.version()) && open ? "available" : "pending",
                now.tags(gateway.key()),
                now.created(gateway.key()),
                Optional.empty(),
                eips.stream()
                        .map(eip ->
                                new Address(
                                        now.isPrivate(eip) ? null : eip.key(),
                                        now.isPrivate(eip)
                                                ? null
                                                : Associations.id(eip).orElse(null),
                                        eip.address().toString(),
                                        status(eip, now),
                                        eip.equals(eips.getFirst())))
                        .toList());
    }

    static String status(ElasticIp eip, Snapshot now) {
        if (eip.drain().isPresent()) {
            return now.isPrivate(eip) ? "unassigning" : "disassociating";
        }
        if (eip.open() && now.applied(eip.version())) {
            return "succeeded";
        }
        return now.isPrivate(eip) ? "assigning" : "associating";
    }

    static NatGatewayView of(FormerGateway former, Snapshot now) {
        FormerAddress primary =
                former.addresses().stream()
                        .filter(had -> had.address().equals(former.was().privateAddress()))
                        .findFirst()
                        .or(() -> former.addresses().stream().findFirst())
                        .orElse(null);
        return new NatGatewayView(
                former.was(),
                now.applied(former.version()) ? "deleted" : "deleting",
                former.label().tags(),
                Snapshot.created(former.label()),
                Optional.of(Instant.ofEpochMilli(former.deletedEpochMillis())),
                former.addresses().stream()
                        .map(had ->
                                new Address(
                                        now.isPrivate(had.address()) ? null : had.id().value(),
                                        null,
                                        had.address().toString(),
                                        "succeeded",
                                        had.equals(primary)))
                        .toList());
    }

    /** All that the tenant may see: those that are, and those that went within the last hour. */
    static List<NatGatewayView> all(Snapshot snapshot, Instant at) {
        Instant oldest = at.minusMillis(CatalogLimits.FORMER_MILLIS);
        return Stream.concat(
                        snapshot.all(Gateway.class).stream().map(gateway -> of(gateway, snapshot)),
                        snapshot.all(FormerGateway.class).stream()
                                .map(former -> of(former, snapshot))
                                .filter(gone -> gone.deleted().orElse(at).isAfter(oldest)))
                .toList();
    }

    String id() {
        return gateway.key();
    }

    void write(XmlAnswer xml) {
        created.ifPresent(time -> xml.time("createTime", time));
        deleted.ifPresent(time -> xml.time("deleteTime", time));
        xml.set("natGatewayAddressSet", addresses, this::address)
                .text("natGatewayId", id())
                .text("state", state)
                .text("subnetId", gateway.subnet().value())
                .text("vpcId", gateway.vpc().value())
                .text("connectivityType", connectivity())
                .text("availabilityMode", "zonal");
        Views.tags(xml, tags);
    }

    private String connectivity() {
        return addresses.stream().anyMatch(Address::isPrivate) ? "private" : "public";
    }

    void address(XmlAnswer xml, Address address) {
        xml.text("allocationId", address.allocation())
                .text("associationId", address.association())
                .text("networkInterfaceId", gateway.networkInterface().value())
                .text(
                        "privateIp",
                        address.isPrivate()
                                ? address.address()
                                : gateway.privateAddress().toString())
                .text("publicIp", address.isPrivate() ? null : address.address())
                .flag("isPrimary", address.primary())
                .text("status", address.status());
    }

    Stream<String> filtered(String name) {
        return switch (name) {
            case "nat-gateway-id" -> Stream.of(id());
            case "state" -> Stream.of(state);
            case "subnet-id" -> Stream.of(gateway.subnet().value());
            case "vpc-id" -> Stream.of(gateway.vpc().value());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }
}
