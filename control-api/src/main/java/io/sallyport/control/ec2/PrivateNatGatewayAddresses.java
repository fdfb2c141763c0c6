package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Parameters;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.EipId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogCommand.OwnAddress;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What a private NAT gateway translates to, beside the address of its interface (ADR 67). */
@Component
class PrivateNatGatewayAddresses implements Operation.Source {

    static final String OF_PUBLIC =
            "a public NAT gateway here has one private address, whatever elastic IPs it has";

    /** AWS's bound. */
    private static final int COUNT_MAX = 31;

    private final CatalogService catalog;
    private final Snapshots snapshots;

    PrivateNatGatewayAddresses(CatalogService catalog, Snapshots snapshots) {
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
                        "AssignPrivateNatGatewayAddress",
                        this::assign,
                        Stream.of(
                                required("NatGatewayId"),
                                optional("PrivateIpAddress.N"),
                                optional("PrivateIpAddressCount"))),
                Operation.of(
                        "UnassignPrivateNatGatewayAddress",
                        this::unassign,
                        Stream.of(
                                required("NatGatewayId"),
                                required("PrivateIpAddress.N"),
                                optional("MaxDrainDurationSeconds"))));
    }

    private Consumer<XmlAnswer> assign(Call call) {
        List<Optional<IpAddress>> wishes =
                wishes(call.parameters(), "PrivateIpAddress", "PrivateIpAddressCount");
        if (wishes.isEmpty()) {
            throw Ec2Error.missing("PrivateIpAddress");
        }
        String id = call.id("NatGatewayId", Kind.NAT_GATEWAY);
        Snapshot before = snapshots.now(call.tenant());
        Gateway gateway = before.get(Gateway.class, Kind.NAT_GATEWAY, id);
        if (!before.isPrivate(gateway)) {
            throw Ec2Error.unsupported(OF_PUBLIC);
        }
        GatewayAddresses.settled(before, gateway);
        List<OwnAddress> addresses =
                wishes.stream()
                        .map(wish ->
                                new OwnAddress(
                                        new EipId(NewId.of(call.tenant(), "eipalloc", null)), wish))
                        .toList();
        try {
            catalog.apply(
                    new CatalogCommand.AssignPrivateAddresses(
                            call.tenant(), gateway.id(), addresses),
                    id);
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.CONFLICT
                    ? new Ec2Error("InvalidIPAddress.InUse", String.valueOf(problem.getMessage()))
                    : problem;
        }
        Snapshot now = snapshots.now(call.tenant());
        Set<String> assigned =
                now.addresses(gateway).stream()
                        .filter(eip -> addresses.stream().anyMatch(a -> a.id().equals(eip.id())))
                        .map(eip -> eip.address().toString())
                        .collect(Collectors.toSet());
        NatGatewayView view = NatGatewayView.of(gateway, now);
        return answer(
                view,
                view.addresses().stream()
                        .filter(address -> assigned.contains(address.address()))
                        .toList());
    }

    /**
     * What a request wishes for, empty where any will do.
     *
     * @param list name of the parameter with addresses
     * @param count that with their number; only one of both may be there
     */
    static List<Optional<IpAddress>> wishes(Parameters parameters, String list, String count) {
        List<Optional<IpAddress>> wished = new ArrayList<>();
        for (String text : parameters.list(list)) {
            wished.add(Optional.of(Fields.address(list, text)));
        }
        Optional<Integer> number = parameters.number(count, 1, COUNT_MAX);
        if (!wished.isEmpty() && number.isPresent()) {
            throw Ec2Error.combination("Either " + list + " or " + count);
        }
        return wished.isEmpty() ? Collections.nCopies(number.orElse(0), Optional.empty()) : wished;
    }

    private Consumer<XmlAnswer> unassign(Call call) {
        String id = call.id("NatGatewayId", Kind.NAT_GATEWAY);
        List<String> asked =
                call.parameters().list("PrivateIpAddress").stream()
                        .map(text -> Fields.address("PrivateIpAddress", text).toString())
                        .distinct()
                        .toList();
        long until = GatewayAddresses.drainUntil(call);
        Snapshot before = snapshots.now(call.tenant());
        Gateway gateway = before.get(Gateway.class, Kind.NAT_GATEWAY, id);
        if (asked.contains(gateway.privateAddress().toString())) {
            throw new Ec2Error(
                    "OperationNotPermitted",
                    "The primary address of a NAT gateway cannot be unassigned");
        }
        List<ElasticIp> has = before.addresses(gateway).stream().filter(before::isPrivate).toList();
        List<ElasticIp> leaving =
                asked.stream()
                        .map(address ->
                                has.stream()
                                        .filter(own -> own.address().toString().equals(address))
                                        .findFirst()
                                        .orElseThrow(() -> notAssigned(address, id)))
                        .toList();
        GatewayAddresses.settled(before, gateway);
        for (ElasticIp own : leaving) {
            catalog.apply(
                    new CatalogCommand.DrainAddress(call.tenant(), own.id(), until), own.key());
        }
        // As they were: one without connections is gone by now.
        NatGatewayView view = NatGatewayView.of(gateway, before);
        return answer(
                view,
                view.addresses().stream()
                        .filter(address -> asked.contains(address.address()))
                        .map(address -> address.as("unassigning"))
                        .toList());
    }

    private static Ec2Error notAssigned(String address, String gateway) {
        return Ec2Error.invalid(
                "PrivateIpAddress", address, "It is not assigned to NAT gateway " + gateway + ".");
    }

    private static Consumer<XmlAnswer> answer(
            NatGatewayView view, List<NatGatewayView.Address> addresses) {
        return xml ->
                xml.text("natGatewayId", view.id())
                        .set("natGatewayAddressSet", addresses, view::address);
    }
}
