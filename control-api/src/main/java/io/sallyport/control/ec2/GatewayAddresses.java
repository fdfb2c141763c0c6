package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;
import static io.sallyport.control.ec2.Parameter.unsupported;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Owner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Which elastic IPs a NAT gateway has, beside the one that it was made with. */
@Component
class GatewayAddresses implements Operation.Source {

    private static final String ONE_PRIVATE = "a public gateway here has one private address";
    private static final String NO_ZONES = "a gateway here is in all zones at once";

    /** AWS's default and bound. */
    private static final int DRAIN_SECONDS = 350;

    private static final int DRAIN_SECONDS_MAX = 4_000;

    private final CatalogService catalog;
    private final Snapshots snapshots;

    GatewayAddresses(CatalogService catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    @Override
    public Area area() {
        return Area.GATEWAYS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "AssociateNatGatewayAddress",
                        this::associate,
                        Stream.of(
                                required("NatGatewayId"),
                                required("AllocationId.N"),
                                unsupported("PrivateIpAddress.N", ONE_PRIVATE),
                                unsupported("AvailabilityZone", NO_ZONES),
                                unsupported("AvailabilityZoneId", NO_ZONES))),
                Operation.of(
                        "DisassociateNatGatewayAddress",
                        this::disassociate,
                        Stream.of(
                                required("NatGatewayId"),
                                required("AssociationId.N"),
                                optional("MaxDrainDurationSeconds"))));
    }

    private Consumer<XmlAnswer> associate(Call call) {
        String gateway = call.id("NatGatewayId", Kind.NAT_GATEWAY);
        List<String> ids = call.ids("AllocationId", Kind.ALLOCATION);
        Snapshot before = snapshots.now(call.tenant());
        Gateway found = before.get(Gateway.class, Kind.NAT_GATEWAY, gateway);
        if (before.isPrivate(found)) {
            throw new Ec2Error(
                    "InvalidParameterValue",
                    "NAT gateway " + gateway + " is private; elastic IPs are for public ones");
        }
        settled(before, found);
        // All are looked at before any is moved.
        for (String id : ids) {
            ElasticIp eip = before.get(ElasticIp.class, Kind.ALLOCATION, id);
            if (eip.owner().isPresent()) {
                throw taken(id);
            }
        }
        associate(call.tenant(), new GatewayId(gateway), ids);
        return answer(call, gateway, ids);
    }

    /**
     * @throws Ec2Error where an address is on its way out: AWS lets none come or go meanwhile
     */
    static void settled(Snapshot now, Gateway gateway) {
        if (now.addresses(gateway).stream().anyMatch(eip -> eip.drain().isPresent())) {
            throw new Ec2Error(
                    "IncorrectState",
                    "NAT gateway " + gateway.id() + " has an address that is on its way out");
        }
    }

    /** In Unix milliseconds. */
    static long drainUntil(Call call) {
        int seconds =
                call.parameters()
                        .number("MaxDrainDurationSeconds", 1, DRAIN_SECONDS_MAX)
                        .orElse(DRAIN_SECONDS);
        return Instant.now().plusSeconds(seconds).toEpochMilli();
    }

    /** What the gateway has already stays as it is. */
    void associate(TenantId tenant, GatewayId gateway, List<String> allocations) {
        for (String id : allocations) {
            try {
                catalog.apply(
                        new CatalogCommand.MoveAddress(
                                tenant,
                                new EipId(id),
                                new Owner.OfGateway(gateway),
                                new CatalogCommand.Existing.None()),
                        id);
            } catch (Problem problem) {
                throw problem.code() == ProblemCode.IN_USE ? taken(id) : problem;
            }
        }
    }

    static Ec2Error taken(String allocation) {
        return new Ec2Error(
                "Resource.AlreadyAssociated",
                "Elastic IP address [" + allocation + "] is already associated");
    }

    private Consumer<XmlAnswer> disassociate(Call call) {
        String gateway = call.id("NatGatewayId", Kind.NAT_GATEWAY);
        List<String> asked = call.ids("AssociationId", Kind.ASSOCIATION);
        long until = drainUntil(call);
        Snapshot before = snapshots.now(call.tenant());
        Gateway found = before.get(Gateway.class, Kind.NAT_GATEWAY, gateway);
        List<ElasticIp> has = before.addresses(found);
        List<ElasticIp> leaving =
                asked.stream()
                        .map(id ->
                                has.stream()
                                        .filter(eip -> Associations.id(eip).equals(Optional.of(id)))
                                        .findFirst()
                                        .orElseThrow(() -> Kind.ASSOCIATION.notFound(id)))
                        .toList();
        settled(before, found);
        if (leaving.contains(has.getFirst())) {
            throw new Ec2Error(
                    "OperationNotPermitted",
                    "The primary address of a NAT gateway cannot be disassociated");
        }
        for (ElasticIp eip : leaving) {
            catalog.apply(
                    new CatalogCommand.DrainAddress(call.tenant(), eip.id(), until), eip.key());
        }
        // As they were: one without connections is gone by now.
        NatGatewayView view = NatGatewayView.of(found, before);
        List<String> gone = leaving.stream().map(ElasticIp::key).toList();
        return xml ->
                xml.text("natGatewayId", gateway)
                        .set(
                                "natGatewayAddressSet",
                                view.addresses().stream()
                                        .filter(address -> gone.contains(address.allocation()))
                                        .map(address -> address.as("disassociating"))
                                        .toList(),
                                view::address);
    }

    private Consumer<XmlAnswer> answer(Call call, String gateway, List<String> ids) {
        Snapshot now = snapshots.now(call.tenant());
        NatGatewayView view =
                NatGatewayView.of(now.get(Gateway.class, Kind.NAT_GATEWAY, gateway), now);
        return xml ->
                xml.text("natGatewayId", gateway)
                        .set(
                                "natGatewayAddressSet",
                                view.addresses().stream()
                                        .filter(address -> ids.contains(address.allocation()))
                                        .toList(),
                                view::address);
    }
}
