package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.ignored;
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
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Vpc;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** VPCs. How one reaches the gateway nodes is the operator's, by REST. */
@Component
class Vpcs implements Operation.Source {

    private static final String NO_IPAM = "prefixes are told, not drawn from a pool";

    private final CatalogService catalog;
    private final Snapshots snapshots;

    Vpcs(CatalogService catalog, Snapshots snapshots) {
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
                Operation.of(
                        "CreateVpc",
                        this::create,
                        Stream.of(
                                required("CidrBlock"),
                                optional("Ipv6CidrBlock"),
                                ignored("InstanceTenancy", "there are no instances here"),
                                unsupported("Ipv6Pool", NO_IPAM),
                                unsupported("Ipv4IpamPoolId", NO_IPAM),
                                unsupported("Ipv4NetmaskLength", NO_IPAM),
                                unsupported("Ipv6IpamPoolId", NO_IPAM),
                                unsupported("Ipv6NetmaskLength", NO_IPAM),
                                unsupported("Ipv6CidrBlockNetworkBorderGroup", NO_IPAM),
                                only("AmazonProvidedIpv6CidrBlock", "false", NO_IPAM)),
                        Stream.of(
                                        "Mode",
                                        "EgressOnlyInternetGatewayExclusion",
                                        "ElasticFileSystemExclusion",
                                        "InternetGatewayExclusion",
                                        "LambdaExclusion",
                                        "NatGatewayExclusion",
                                        "VirtualPrivateGatewayExclusion",
                                        "VpcLatticeExclusion",
                                        "VpcPeeringExclusion")
                                .map(name ->
                                        unsupported(
                                                "VpcEncryptionControl." + name,
                                                "tunnels are not encrypted")),
                        Parameter.tags()),
                Operation.of(
                        "DescribeVpcs",
                        this::describe,
                        Stream.of(optional("VpcId.N")),
                        Parameter.filters(),
                        Parameter.pages()),
                Operation.of("DeleteVpc", this::delete, Stream.of(required("VpcId"))),
                Operation.of(
                        "DescribeVpcAttribute",
                        this::attribute,
                        Stream.of(required("VpcId"), required("Attribute"))));
    }

    private Consumer<XmlAnswer> create(Call call) {
        VpcId id = new VpcId(NewId.of(call.tenant(), "vpc", null));
        List<IpPrefix> prefixes =
                Stream.of("CidrBlock", "Ipv6CidrBlock")
                        .flatMap(name ->
                                call.parameters().text(name).stream()
                                        .map(text -> prefix(name, text)))
                        .toList();
        catalog.create(
                new CatalogCommand.Labelled(
                        new CatalogCommand.CreateVpc(
                                call.tenant(), id, prefixes, Optional.of(NewId.defaultAcl(id))),
                        Instant.now().toEpochMilli(),
                        call.tags(Kind.VPC)),
                id.value(),
                Vpc.class,
                null);
        Snapshot now = snapshots.now(call.tenant());
        Vpc vpc = now.get(Vpc.class, Kind.VPC, id.value());
        return xml -> xml.in("vpc", item -> write(item, vpc, now));
    }

    /** Its family is that of the parameter. */
    static IpPrefix prefix(String name, String text) {
        try {
            IpPrefix prefix = IpPrefix.parse(text);
            if (prefix.address().isV4() != name.contains("6")) {
                return prefix;
            }
        } catch (IllegalArgumentException e) {
            // Told below, as one of the other family is.
        }
        throw Ec2Error.invalid(name, text, "This is not a valid CIDR block.");
    }

    private Consumer<XmlAnswer> describe(Call call) {
        Snapshot now = snapshots.now(call.tenant());
        List<String> asked = call.ids("VpcId", Kind.VPC);
        asked.forEach(id -> now.get(Vpc.class, Kind.VPC, id));
        Filters filters =
                call.filters(
                        "cidr",
                        "cidr-block-association.cidr-block",
                        "ipv6-cidr-block-association.ipv6-cidr-block",
                        "is-default",
                        "isDefault",
                        "owner-id",
                        "state",
                        "tag-key",
                        "vpc-id");
        Pages.Page<Vpc> page =
                call.page(
                        asked,
                        now.all(Vpc.class).stream()
                                .filter(vpc -> asked.isEmpty() || asked.contains(vpc.key()))
                                .filter(vpc ->
                                        filters.match(
                                                name -> filtered(vpc, now, name),
                                                now.tags(vpc.key())))
                                .toList(),
                        Vpc::key);
        return xml ->
                xml.set("vpcSet", page.items(), (item, vpc) -> write(item, vpc, now))
                        .text("nextToken", page.nextToken());
    }

    private static String state(Vpc vpc, Snapshot now) {
        return now.applied(vpc.version()) ? "available" : "pending";
    }

    private static List<String> cidrs(Vpc vpc, boolean v4) {
        return vpc.prefixes().stream()
                .filter(prefix -> prefix.address().isV4() == v4)
                .map(IpPrefix::toString)
                .toList();
    }

    private static Stream<String> filtered(Vpc vpc, Snapshot now, String name) {
        return switch (name) {
            case "cidr" -> cidrs(vpc, true).stream().limit(1);
            case "cidr-block-association.cidr-block" -> cidrs(vpc, true).stream();
            case "ipv6-cidr-block-association.ipv6-cidr-block" -> cidrs(vpc, false).stream();
            case "is-default", "isDefault" -> Stream.of("false");
            case "owner-id" -> Stream.of(vpc.tenant().value());
            case "state" -> Stream.of(state(vpc, now));
            case "vpc-id" -> Stream.of(vpc.key());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }

    private static void write(XmlAnswer xml, Vpc vpc, Snapshot now) {
        xml.text("vpcId", vpc.key())
                .text("ownerId", vpc.tenant().value())
                .text("state", state(vpc, now))
                .text("cidrBlock", cidrs(vpc, true).stream().findFirst().orElse(null))
                .set(
                        "cidrBlockAssociationSet",
                        cidrs(vpc, true),
                        (item, cidr) ->
                                item.text("associationId", association(vpc, cidr))
                                        .text("cidrBlock", cidr)
                                        .in("cidrBlockState", s -> s.text("state", "associated")))
                .text("dhcpOptionsId", "default")
                .text("instanceTenancy", "default")
                .flag("isDefault", false);
        if (!cidrs(vpc, false).isEmpty()) {
            xml.set(
                    "ipv6CidrBlockAssociationSet",
                    cidrs(vpc, false),
                    (item, cidr) ->
                            item.text("associationId", association(vpc, cidr))
                                    .text("ipv6CidrBlock", cidr)
                                    .in("ipv6CidrBlockState", s -> s.text("state", "associated")));
        }
        Views.tags(xml, now.tags(vpc.key()));
    }

    private static String association(Vpc vpc, String cidr) {
        return "vpc-cidr-assoc-" + Associations.digits(vpc.key() + " " + cidr);
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = call.id("VpcId", Kind.VPC);
        snapshots.now(call.tenant()).get(Vpc.class, Kind.VPC, id);
        catalog.apply(new CatalogCommand.DeleteVpc(call.tenant(), new VpcId(id)), id);
        return Operation.DONE;
    }

    /** What tools look at after they have made one: there is no DNS here. */
    private Consumer<XmlAnswer> attribute(Call call) {
        String id = call.id("VpcId", Kind.VPC);
        snapshots.now(call.tenant()).get(Vpc.class, Kind.VPC, id);
        String attribute = call.parameters().required("Attribute");
        if (!List.of("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")
                .contains(attribute)) {
            throw Ec2Error.invalid("Attribute", attribute, "There is no such attribute.");
        }
        return xml -> xml.text("vpcId", id).in(attribute, value -> value.flag("value", false));
    }
}
