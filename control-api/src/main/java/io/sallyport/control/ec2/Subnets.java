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
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Vpc;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Subnets: a range of one family in a VPC. All are in the one zone that there is. */
@Component
class Subnets implements Operation.Source {

    /** Addresses of a subnet that AWS keeps for itself: the first four and the last. */
    private static final int RESERVED = 5;

    private static final String NO_IPAM = "prefixes are told, not drawn from a pool";

    private final CatalogService catalog;
    private final Snapshots snapshots;
    private final Places places;

    Subnets(CatalogService catalog, Snapshots snapshots, Places places) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.places = places;
    }

    @Override
    public Area area() {
        return Area.VPCS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "CreateSubnet",
                        this::create,
                        Stream.of(
                                optional("AvailabilityZone"),
                                optional("AvailabilityZoneId"),
                                optional("CidrBlock"),
                                optional("Ipv6CidrBlock"),
                                unsupported("OutpostArn", "there are no outposts"),
                                required("VpcId"),
                                ignored("Ipv6Native", "its prefix says which family it is of"),
                                unsupported("Ipv4IpamPoolId", NO_IPAM),
                                unsupported("Ipv4NetmaskLength", NO_IPAM),
                                unsupported("Ipv6IpamPoolId", NO_IPAM),
                                unsupported("Ipv6NetmaskLength", NO_IPAM)),
                        Parameter.tags()),
                Operation.of(
                        "DescribeSubnets",
                        this::describe,
                        Stream.of(optional("SubnetId.N")),
                        Parameter.filters(),
                        Parameter.pages()),
                Operation.of("DeleteSubnet", this::delete, Stream.of(required("SubnetId"))),
                Operation.of(
                        "ModifySubnetAttribute",
                        this::modify,
                        Stream.concat(
                                Stream.of(required("SubnetId")),
                                Stream.of(
                                                "AssignIpv6AddressOnCreation.Value",
                                                "MapPublicIpOnLaunch.Value",
                                                "MapCustomerOwnedIpOnLaunch.Value",
                                                "CustomerOwnedIpv4Pool",
                                                "EnableDns64.Value",
                                                "PrivateDnsHostnameTypeOnLaunch",
                                                "EnableResourceNameDnsARecordOnLaunch.Value",
                                                "EnableResourceNameDnsAAAARecordOnLaunch.Value",
                                                "EnableLniAtDeviceIndex",
                                                "DisableLniAtDeviceIndex.Value")
                                        .map(name ->
                                                ignored(name, "there are no instances here")))));
    }

    private Consumer<XmlAnswer> create(Call call) {
        places.inZone(call);
        Optional<String> v4 = call.parameters().text("CidrBlock");
        Optional<String> v6 = call.parameters().text("Ipv6CidrBlock");
        if (v4.isPresent() && v6.isPresent()) {
            throw Ec2Error.unsupported("Ipv6CidrBlock: a subnet here has one prefix");
        }
        IpPrefix prefix =
                v6.map(text -> Vpcs.prefix("Ipv6CidrBlock", text))
                        .orElseGet(() ->
                                Vpcs.prefix("CidrBlock", call.parameters().required("CidrBlock")));
        String vpc = call.id("VpcId", Kind.VPC);
        snapshots.now(call.tenant()).get(Vpc.class, Kind.VPC, vpc);
        SubnetId id = new SubnetId(NewId.of(call.tenant(), "subnet", null));
        try {
            catalog.create(
                    new CatalogCommand.Labelled(
                            new CatalogCommand.CreateSubnet(
                                    call.tenant(), id, new VpcId(vpc), prefix),
                            Instant.now().toEpochMilli(),
                            call.tags(Kind.SUBNET)),
                    id.value(),
                    Subnet.class,
                    null);
        } catch (Problem problem) {
            throw refusal(problem, prefix);
        }
        Snapshot now = snapshots.now(call.tenant());
        Subnet subnet = now.get(Subnet.class, Kind.SUBNET, id.value());
        return xml -> xml.in("subnet", item -> write(item, subnet, now));
    }

    private static RuntimeException refusal(Problem problem, IpPrefix prefix) {
        if (problem.code() == ProblemCode.CONFLICT) {
            return new Ec2Error(
                    "InvalidSubnet.Conflict",
                    "The CIDR '" + prefix + "' conflicts with another subnet");
        }
        if (problem.code() == ProblemCode.INVALID_VALUE) {
            return new Ec2Error("InvalidSubnet.Range", "The CIDR '" + prefix + "' is invalid.");
        }
        return problem;
    }

    private Consumer<XmlAnswer> describe(Call call) {
        Snapshot now = snapshots.now(call.tenant());
        List<String> asked = call.ids("SubnetId", Kind.SUBNET);
        asked.forEach(id -> now.get(Subnet.class, Kind.SUBNET, id));
        Filters filters =
                call.filters(
                        "availability-zone",
                        "availabilityZone",
                        "availability-zone-id",
                        "cidr-block",
                        "cidr",
                        "default-for-az",
                        "ipv6-cidr-block-association.ipv6-cidr-block",
                        "owner-id",
                        "state",
                        "subnet-id",
                        "tag-key",
                        "vpc-id");
        Pages.Page<Subnet> page =
                call.page(
                        asked,
                        now.all(Subnet.class).stream()
                                .filter(one -> asked.isEmpty() || asked.contains(one.key()))
                                .filter(one ->
                                        filters.match(
                                                name -> filtered(one, now, name),
                                                now.tags(one.key())))
                                .toList(),
                        Subnet::key);
        return xml ->
                xml.set("subnetSet", page.items(), (item, one) -> write(item, one, now))
                        .text("nextToken", page.nextToken());
    }

    private static String state(Subnet subnet, Snapshot now) {
        return now.applied(subnet.version()) ? "available" : "pending";
    }

    private Stream<String> filtered(Subnet subnet, Snapshot now, String name) {
        boolean v4 = subnet.prefix().address().isV4();
        return switch (name) {
            case "availability-zone", "availabilityZone" -> Stream.of(places.zone());
            case "availability-zone-id" -> Stream.of(places.zoneId());
            case "cidr-block", "cidr" -> Stream.of(subnet.prefix().toString()).filter(text -> v4);
            case "ipv6-cidr-block-association.ipv6-cidr-block" ->
                    Stream.of(subnet.prefix().toString()).filter(text -> !v4);
            case "default-for-az" -> Stream.of("false");
            case "owner-id" -> Stream.of(subnet.tenant().value());
            case "state" -> Stream.of(state(subnet, now));
            case "subnet-id" -> Stream.of(subnet.key());
            case "vpc-id" -> Stream.of(subnet.vpc().value());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }

    private void write(XmlAnswer xml, Subnet subnet, Snapshot now) {
        boolean v4 = subnet.prefix().address().isV4();
        xml.text("subnetId", subnet.key())
                .text(
                        "subnetArn",
                        "arn:aws:ec2:%s:%s:subnet/%s"
                                .formatted(places.region(), subnet.tenant(), subnet.key()))
                .text("state", state(subnet, now))
                .text("ownerId", subnet.tenant().value())
                .text("vpcId", subnet.vpc().value())
                .text("availabilityZone", places.zone())
                .text("availabilityZoneId", places.zoneId())
                .number("availableIpAddressCount", v4 ? free(subnet, now) : 0)
                .flag("defaultForAz", false)
                .flag("mapPublicIpOnLaunch", false)
                .flag("assignIpv6AddressOnCreation", false)
                .flag("ipv6Native", !v4);
        if (v4) {
            xml.text("cidrBlock", subnet.prefix().toString());
        } else {
            xml.set(
                    "ipv6CidrBlockAssociationSet",
                    List.of(subnet.prefix()),
                    (item, prefix) ->
                            item.text(
                                            "associationId",
                                            "subnet-cidr-assoc-"
                                                    + Associations.digits(subnet.key()))
                                    .text("ipv6CidrBlock", prefix.toString())
                                    .in("ipv6CidrBlockState", s -> s.text("state", "associated")));
        }
        Views.tags(xml, now.tags(subnet.key()));
    }

    private static long free(Subnet subnet, Snapshot now) {
        long addresses = 1L << (subnet.prefix().address().bits() - subnet.prefix().length());
        Stream<IpAddress> gateways =
                now.all(Gateway.class).stream()
                        .filter(gateway -> gateway.subnet().equals(subnet.id()))
                        .flatMap(gateway -> addresses(gateway, now));
        Stream<IpAddress> interfaces =
                now.all(NetworkInterface.class).stream()
                        .filter(one -> one.subnet().equals(subnet.id()))
                        .map(NetworkInterface::privateAddress);
        long taken = Stream.concat(gateways, interfaces).distinct().count();
        return Math.max(0, addresses - RESERVED - taken);
    }

    private static Stream<IpAddress> addresses(Gateway gateway, Snapshot now) {
        return Stream.concat(
                Stream.of(gateway.privateAddress()),
                now.addresses(gateway).stream().filter(now::isPrivate).map(ElasticIp::address));
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = call.id("SubnetId", Kind.SUBNET);
        snapshots.now(call.tenant()).get(Subnet.class, Kind.SUBNET, id);
        catalog.apply(new CatalogCommand.DeleteSubnet(call.tenant(), new SubnetId(id)), id);
        return Operation.DONE;
    }

    private Consumer<XmlAnswer> modify(Call call) {
        String id = call.id("SubnetId", Kind.SUBNET);
        snapshots.now(call.tenant()).get(Subnet.class, Kind.SUBNET, id);
        return Operation.DONE;
    }
}
