package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.only;
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
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogCommand.OwnAddress;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Subnet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** NAT gateways: made with an elastic IP at once, deleted with all that hangs on them. */
@Component
class NatGateways implements Operation.Source {

    /** Two copies: a connection outlives the node that opened it. */
    private static final int COPIES = 2;

    private static final String NO_ZONES = "a gateway here is in all zones at once";
    private static final String PRIVATE_ALONE =
            "A private NAT gateway has no allocation id: it translates to its private address";

    private final CatalogService catalog;
    private final Snapshots snapshots;
    private final GatewayAddresses addresses;

    NatGateways(CatalogService catalog, Snapshots snapshots, GatewayAddresses addresses) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.addresses = addresses;
    }

    @Override
    public Area area() {
        return Area.GATEWAYS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "CreateNatGateway",
                        this::create,
                        Stream.of(
                                only("AvailabilityMode", "zonal", NO_ZONES),
                                optional("AllocationId"),
                                optional("ClientToken"),
                                required("SubnetId"),
                                unsupported("VpcId", NO_ZONES),
                                unsupported("AvailabilityZoneAddress.N.AvailabilityZone", NO_ZONES),
                                unsupported(
                                        "AvailabilityZoneAddress.N.AvailabilityZoneId", NO_ZONES),
                                unsupported("AvailabilityZoneAddress.N.AllocationId.N", NO_ZONES),
                                optional("ConnectivityType"),
                                optional("PrivateIpAddress"),
                                optional("SecondaryAllocationId.N"),
                                optional("SecondaryPrivateIpAddress.N"),
                                optional("SecondaryPrivateIpAddressCount")),
                        Parameter.tags()),
                Operation.of(
                        "DescribeNatGateways",
                        this::describe,
                        Stream.of(optional("NatGatewayId.N")),
                        Parameter.filters(),
                        Parameter.pages()),
                Operation.of(
                        "DeleteNatGateway", this::delete, Stream.of(required("NatGatewayId"))));
    }

    private Consumer<XmlAnswer> create(Call call) {
        String subnet = call.id("SubnetId", Kind.SUBNET);
        Optional<String> allocation = allocation(call);
        List<String> secondary = call.ids("SecondaryAllocationId", Kind.ALLOCATION);
        if (allocation.isEmpty() && !secondary.isEmpty()) {
            throw Ec2Error.combination(PRIVATE_ALONE);
        }
        List<Optional<IpAddress>> more =
                PrivateNatGatewayAddresses.wishes(
                        call.parameters(),
                        "SecondaryPrivateIpAddress",
                        "SecondaryPrivateIpAddressCount");
        if (allocation.isPresent() && !more.isEmpty()) {
            throw Ec2Error.unsupported(PrivateNatGatewayAddresses.OF_PUBLIC);
        }
        Snapshot before = snapshots.now(call.tenant());
        before.get(Subnet.class, Kind.SUBNET, subnet);
        for (String id : Stream.concat(allocation.stream(), secondary.stream()).toList()) {
            before.get(ElasticIp.class, Kind.ALLOCATION, id);
        }
        Optional<String> token = call.clientToken();
        String key = token.map(given -> "ec2 " + given).orElse(null);
        GatewayId id = new GatewayId(NewId.of(call.tenant(), "nat", key));
        CatalogCommand.CreateGateway gateway =
                new CatalogCommand.CreateGateway(
                        call.tenant(),
                        id,
                        new SubnetId(subnet),
                        new InterfaceId(NewId.of(call.tenant(), "eni", key)),
                        call.parameters()
                                .text("PrivateIpAddress")
                                .map(wish -> Fields.address("PrivateIpAddress", wish)),
                        COPIES,
                        allocation.map(EipId::new));
        CatalogCommand command =
                allocation.isPresent()
                        ? gateway
                        : new CatalogCommand.CreatePrivateGateway(
                                gateway, NewId.ownAddress(id), further(call.tenant(), id, more));
        CatalogCommand labelled =
                new CatalogCommand.Labelled(
                        command, Instant.now().toEpochMilli(), call.tags(Kind.NAT_GATEWAY));
        Optional<FormerGateway> gone =
                before.find(FormerGateway.class, FormerGateway.keyOf(id.value()));
        if (gone.isEmpty()) {
            made(labelled, id, key);
            addresses.associate(call.tenant(), id, secondary);
        }
        Snapshot now = snapshots.now(call.tenant());
        NatGatewayView view =
                gone.map(former -> NatGatewayView.of(former, now))
                        .orElseGet(() ->
                                NatGatewayView.of(
                                        now.get(Gateway.class, Kind.NAT_GATEWAY, id.value()), now));
        return xml -> xml.text("clientToken", token.orElse(null)).in("natGateway", view::write);
    }

    /** Of one gateway always the same, so that a retry makes no others. */
    private static List<OwnAddress> further(
            TenantId tenant, GatewayId gateway, List<Optional<IpAddress>> wishes) {
        return IntStream.range(0, wishes.size())
                .mapToObj(i ->
                        new OwnAddress(
                                NewId.ownAddress(tenant, gateway, i, wishes.size()), wishes.get(i)))
                .toList();
    }

    /** Empty for a private gateway, which translates to its own address. */
    private static Optional<String> allocation(Call call) {
        Optional<String> given = call.parameters().text("AllocationId");
        String type = call.parameters().text("ConnectivityType").orElse("public");
        return switch (type) {
            case "public" -> {
                if (given.isEmpty()) {
                    throw Ec2Error.missing("AllocationId");
                }
                yield Optional.of(call.id("AllocationId", Kind.ALLOCATION));
            }
            case "private" -> {
                if (given.isPresent()) {
                    throw Ec2Error.combination(PRIVATE_ALONE);
                }
                yield Optional.empty();
            }
            default ->
                    throw Ec2Error.invalid(
                            "ConnectivityType", type, "It must be public or private.");
        };
    }

    private void made(CatalogCommand command, GatewayId id, @Nullable String key) {
        try {
            catalog.create(command, id.value(), Gateway.class, key);
        } catch (Problem problem) {
            String about = problem.member("resource").orElse("");
            if (problem.code() == ProblemCode.IN_USE
                    && Kind.of(about).equals(Optional.of(Kind.ALLOCATION))) {
                throw GatewayAddresses.taken(about);
            }
            if (problem.code() == ProblemCode.CONFLICT) {
                throw new Ec2Error("InvalidIPAddress.InUse", String.valueOf(problem.getMessage()));
            }
            throw problem;
        }
    }

    private Consumer<XmlAnswer> describe(Call call) {
        List<String> asked = call.ids("NatGatewayId", Kind.NAT_GATEWAY);
        Filters filters = call.filters("nat-gateway-id", "state", "subnet-id", "vpc-id", "tag-key");
        List<NatGatewayView> all = NatGatewayView.all(snapshots.now(call.tenant()), Instant.now());
        for (String id : asked) {
            if (all.stream().noneMatch(view -> view.id().equals(id))) {
                throw Kind.NAT_GATEWAY.notFound(id);
            }
        }
        Pages.Page<NatGatewayView> page =
                call.page(
                        asked,
                        all.stream()
                                .filter(view -> asked.isEmpty() || asked.contains(view.id()))
                                .filter(view -> filters.match(view::filtered, view.tags()))
                                .toList(),
                        NatGatewayView::id);
        return xml ->
                xml.set("natGatewaySet", page.items(), (item, view) -> view.write(item))
                        .text("nextToken", page.nextToken());
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = call.id("NatGatewayId", Kind.NAT_GATEWAY);
        Snapshot now = snapshots.now(call.tenant());
        if (now.find(FormerGateway.class, FormerGateway.keyOf(id)).isEmpty()) {
            now.get(Gateway.class, Kind.NAT_GATEWAY, id);
            catalog.apply(
                    new CatalogCommand.RetireGateway(
                            call.tenant(), new GatewayId(id), Instant.now().toEpochMilli()),
                    id);
        }
        return xml -> xml.text("natGatewayId", id);
    }
}
