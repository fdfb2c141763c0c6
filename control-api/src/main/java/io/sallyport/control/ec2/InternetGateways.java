package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.InternetGatewayId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing.InternetGateway;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Internet gateways, for tools that want one: elastic IPs need none here. */
@Component
class InternetGateways implements Operation.Source {

    private final CatalogService catalog;
    private final Snapshots snapshots;

    InternetGateways(CatalogService catalog, Snapshots snapshots) {
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
                Operation.of("CreateInternetGateway", this::create, Parameter.tags()),
                Operation.of(
                        "DeleteInternetGateway",
                        this::delete,
                        Stream.of(required("InternetGatewayId"))),
                Operation.of(
                        "AttachInternetGateway",
                        this::attach,
                        Stream.of(required("InternetGatewayId"), required("VpcId"))),
                Operation.of(
                        "DetachInternetGateway",
                        this::detach,
                        Stream.of(required("InternetGatewayId"), required("VpcId"))),
                Operation.of(
                        "DescribeInternetGateways",
                        this::describe,
                        Stream.of(optional("InternetGatewayId.N")),
                        Parameter.filters(),
                        Parameter.pages()));
    }

    private Consumer<XmlAnswer> create(Call call) {
        SortedMap<String, String> tags = call.tags(Kind.INTERNET_GATEWAY);
        InternetGatewayId id = new InternetGatewayId(NewId.of(call.tenant(), "igw", null));
        InternetGateway made =
                catalog.create(
                        new CatalogCommand.Labelled(
                                new OfRouting.CreateInternetGateway(call.tenant(), id),
                                Instant.now().toEpochMilli(),
                                tags),
                        id.value(),
                        InternetGateway.class,
                        null);
        return xml -> xml.in("internetGateway", item -> write(item, made, tags));
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = id(call);
        apply(
                new OfRouting.DeleteInternetGateway(call.tenant(), new InternetGatewayId(id)),
                id,
                ProblemCode.IN_USE,
                new Ec2Error(
                        "DependencyViolation",
                        "The internetGateway '"
                                + id
                                + "' has dependencies and cannot be deleted."));
        return Operation.DONE;
    }

    /** One that must be there, and the tenant's. */
    private String id(Call call) {
        String id = call.id("InternetGatewayId", Kind.INTERNET_GATEWAY);
        snapshots.now(call.tenant()).get(InternetGateway.class, Kind.INTERNET_GATEWAY, id);
        return id;
    }

    private void apply(OfRouting command, String id, ProblemCode code, Ec2Error error) {
        try {
            catalog.apply(command, id);
        } catch (Problem problem) {
            throw problem.code() == code ? error : problem;
        }
    }

    private Consumer<XmlAnswer> attach(Call call) {
        String id = id(call);
        String vpc = call.id("VpcId", Kind.VPC);
        Snapshot now = snapshots.now(call.tenant());
        now.get(Vpc.class, Kind.VPC, vpc);
        now.find(InternetGateway.class, id)
                .flatMap(InternetGateway::vpc)
                .ifPresent(at -> {
                    throw attached(id);
                });
        OfRouting command =
                new OfRouting.AttachInternetGateway(
                        call.tenant(), new InternetGatewayId(id), new VpcId(vpc));
        try {
            catalog.apply(command, id);
        } catch (Problem problem) {
            if (problem.code() != ProblemCode.IN_USE) {
                throw problem;
            }
            throw problem.member("resource").orElse(id).equals(id)
                    ? attached(id)
                    : new Ec2Error(
                            "InvalidParameterValue",
                            "Network " + vpc + " already has an internet gateway attached");
        }
        return Operation.DONE;
    }

    private static Ec2Error attached(String id) {
        return new Ec2Error(
                "Resource.AlreadyAssociated",
                "resource " + id + " is already attached to a network");
    }

    private Consumer<XmlAnswer> detach(Call call) {
        String id = id(call);
        String vpc = call.id("VpcId", Kind.VPC);
        snapshots.now(call.tenant()).get(Vpc.class, Kind.VPC, vpc);
        apply(
                new OfRouting.DetachInternetGateway(
                        call.tenant(), new InternetGatewayId(id), new VpcId(vpc)),
                id,
                ProblemCode.CONFLICT,
                new Ec2Error(
                        "Gateway.NotAttached",
                        "resource " + id + " is not attached to network " + vpc));
        return Operation.DONE;
    }

    private Consumer<XmlAnswer> describe(Call call) {
        List<String> asked = call.ids("InternetGatewayId", Kind.INTERNET_GATEWAY);
        Filters filters =
                call.filters(
                        "attachment.state",
                        "attachment.vpc-id",
                        "internet-gateway-id",
                        "owner-id",
                        "tag-key");
        Snapshot now = snapshots.now(call.tenant());
        asked.forEach(id -> now.get(InternetGateway.class, Kind.INTERNET_GATEWAY, id));
        Pages.Page<InternetGateway> page =
                call.page(
                        asked,
                        now.all(InternetGateway.class).stream()
                                .filter(one -> asked.isEmpty() || asked.contains(one.key()))
                                .filter(one ->
                                        filters.match(
                                                name -> filtered(one, name), now.tags(one.key())))
                                .toList(),
                        InternetGateway::key);
        return xml ->
                xml.set(
                                "internetGatewaySet",
                                page.items(),
                                (item, one) -> write(item, one, now.tags(one.key())))
                        .text("nextToken", page.nextToken());
    }

    private static Stream<String> filtered(InternetGateway gateway, String name) {
        Optional<String> vpc = gateway.vpc().map(VpcId::value);
        return switch (name) {
            case "attachment.state" -> vpc.map(_ -> "available").stream();
            case "attachment.vpc-id" -> vpc.stream();
            case "internet-gateway-id" -> Stream.of(gateway.key());
            case "owner-id" -> Stream.of(gateway.tenant().value());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }

    private static void write(
            XmlAnswer xml, InternetGateway gateway, SortedMap<String, String> tags) {
        xml.text("internetGatewayId", gateway.key())
                .text("ownerId", gateway.tenant().value())
                .set(
                        "attachmentSet",
                        gateway.vpc().stream().toList(),
                        (item, vpc) -> item.text("vpcId", vpc.value()).text("state", "available"));
        Views.tags(xml, tags);
    }
}
