package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.ignored;
import static io.sallyport.control.ec2.Parameter.only;
import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.unsupported;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.EipId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.AddressPool;
import io.sallyport.store.catalog.Resource.ElasticIp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Elastic IPs: taken from the operator's pools, given back. Who has them: {@link
 * AddressAssociations}.
 */
@Component
class Addresses implements Operation.Source {

    private static final String NO_OWN_ADDRESSES = "addresses come from the operator's pools";

    private final CatalogService catalog;
    private final Snapshots snapshots;
    private final String region;

    Addresses(CatalogService catalog, Snapshots snapshots, ControlConfig config) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.region = config.region();
    }

    @Override
    public Area area() {
        return Area.ADDRESSES;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "AllocateAddress",
                        this::allocate,
                        Stream.of(
                                only("Domain", "vpc", "there is no EC2-Classic here"),
                                optional("Address"),
                                optional("PublicIpv4Pool"),
                                optional("NetworkBorderGroup"),
                                unsupported("CustomerOwnedIpv4Pool", NO_OWN_ADDRESSES),
                                unsupported("IpamPoolId", NO_OWN_ADDRESSES)),
                        Parameter.tags()),
                Operation.of(
                        "ReleaseAddress",
                        this::release,
                        Stream.of(
                                optional("AllocationId"),
                                optional("PublicIp"),
                                optional("NetworkBorderGroup"))),
                Operation.of(
                        "DescribeAddresses",
                        this::describe,
                        Stream.of(optional("PublicIp.N"), optional("AllocationId.N")),
                        Parameter.filters()),
                Operation.of(
                        "DescribeAddressesAttribute",
                        this::attributes,
                        Stream.of(
                                optional("AllocationId.N"),
                                ignored("Attribute", "no address has a domain name here"),
                                ignored("MaxResults", "there is nothing to page"),
                                ignored("NextToken", "there is nothing to page"))));
    }

    private Consumer<XmlAnswer> allocate(Call call) {
        inRegion(call);
        Optional<IpAddress> wish = call.parameters().text("Address").map(Addresses::address);
        ElasticIp eip = allocated(call, wish);
        return xml -> {
            xml.text("allocationId", eip.key());
            place(xml, eip);
        };
    }

    /** From the first pool that has one, in the order of their names. */
    private ElasticIp allocated(Call call, Optional<IpAddress> wish) {
        List<AddressPool> pools = pools(call.parameters().text("PublicIpv4Pool"), wish);
        Problem full = null;
        for (AddressPool pool : pools) {
            EipId id = new EipId(NewId.of(call.tenant(), "eipalloc", null));
            CatalogCommand command =
                    new CatalogCommand.AllocateAddress(
                            call.tenant(),
                            id,
                            pool.name(),
                            wish.isPresent() && !wish.get().isV4(),
                            wish);
            try {
                return catalog.create(
                        new CatalogCommand.Labelled(
                                command, Instant.now().toEpochMilli(), call.tags(Kind.ALLOCATION)),
                        id.value(),
                        ElasticIp.class,
                        null);
            } catch (Problem problem) {
                if (problem.code() == ProblemCode.CONFLICT) {
                    throw new Ec2Error(
                            "InvalidAddress.NotFound",
                            "Address '" + wish.orElseThrow() + "' is not available.");
                }
                if (problem.code() != ProblemCode.LIMIT_EXCEEDED) {
                    throw problem;
                }
                full = problem;
            }
        }
        if (full != null) {
            throw full;
        }
        throw new Ec2Error(
                "InsufficientAddressCapacity",
                "Not enough addresses are available: no pool has what was asked for");
    }

    private List<AddressPool> pools(Optional<String> named, Optional<IpAddress> wish) {
        List<AddressPool> pools =
                catalog.all(AddressPool.class).stream()
                        .filter(pool -> !pool.isPrivate())
                        .filter(pool -> named.isEmpty() || named.get().equals(pool.name()))
                        .toList();
        if (named.isPresent() && pools.isEmpty()) {
            throw new Ec2Error(
                    "InvalidPublicIpv4PoolID.NotFound",
                    "The pool ID '" + Ec2Error.shortened(named.get()) + "' does not exist");
        }
        return pools.stream()
                .filter(pool ->
                        pool.prefixes().stream()
                                .anyMatch(prefix ->
                                        wish.map(prefix::contains)
                                                .orElseGet(() -> prefix.address().isV4())))
                .toList();
    }

    private void inRegion(Call call) {
        call.parameters()
                .text("NetworkBorderGroup")
                .filter(group -> !group.equals(region))
                .ifPresent(group -> {
                    throw Ec2Error.invalid(
                            "NetworkBorderGroup", group, "It must be " + region + ".");
                });
    }

    private static IpAddress address(String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Ec2Error(
                    "InvalidParameterValue",
                    "Invalid value '"
                            + Ec2Error.shortened(text)
                            + "' for PublicIp. It is not a valid IP address.");
        }
    }

    private Consumer<XmlAnswer> release(Call call) {
        inRegion(call);
        ElasticIp eip = named(call, snapshots.now(call.tenant()));
        try {
            catalog.apply(new CatalogCommand.ReleaseAddress(call.tenant(), eip.id()), eip.key());
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.IN_USE
                    ? new Ec2Error(
                            "InvalidIPAddress.InUse", "Address " + eip.address() + " is in use.")
                    : problem;
        }
        return Operation.DONE;
    }

    /** That which a call names by its id or by its address. */
    static ElasticIp named(Call call, Snapshot now) {
        Optional<String> publicIp = call.parameters().text("PublicIp");
        if (call.parameters().text("AllocationId").isEmpty()) {
            return byAddress(now, publicIp.orElseThrow(() -> Ec2Error.missing("AllocationId")));
        }
        if (publicIp.isPresent()) {
            throw Ec2Error.combination(
                    "You may specify public IP or allocation id, but not both in the same call");
        }
        return now.get(ElasticIp.class, Kind.ALLOCATION, call.id("AllocationId", Kind.ALLOCATION));
    }

    static Ec2Error isGateways(ElasticIp eip, String instead) {
        return new Ec2Error(
                "OperationNotPermitted",
                "Elastic IP address "
                        + eip.address()
                        + " is that of a NAT gateway; use "
                        + instead);
    }

    /** Also of somebody else's it says that there is none. */
    static ElasticIp byAddress(Snapshot now, String text) {
        IpAddress address = address(text);
        return now.all(ElasticIp.class).stream()
                .filter(eip -> eip.address().equals(address))
                .findFirst()
                .orElseThrow(() ->
                        new Ec2Error(
                                "InvalidAddress.NotFound", "Address '" + address + "' not found."));
    }

    private Consumer<XmlAnswer> describe(Call call) {
        Snapshot now = snapshots.now(call.tenant());
        List<String> ids = call.ids("AllocationId", Kind.ALLOCATION);
        ids.forEach(id -> now.get(ElasticIp.class, Kind.ALLOCATION, id));
        List<String> ips =
                call.parameters().list("PublicIp").stream()
                        .map(ip -> byAddress(now, ip).key())
                        .toList();
        Filters filters =
                call.filters(
                        "allocation-id",
                        "association-id",
                        "domain",
                        "instance-id",
                        "network-border-group",
                        "network-interface-id",
                        "network-interface-owner-id",
                        "private-ip-address",
                        "public-ip",
                        "tag-key");
        List<AddressView> found =
                now.all(ElasticIp.class).stream()
                        .filter(eip ->
                                ids.isEmpty() && ips.isEmpty()
                                        || ids.contains(eip.key())
                                        || ips.contains(eip.key()))
                        .map(eip -> AddressView.of(eip, now, region))
                        .filter(view -> filters.match(view::filtered, view.tags()))
                        .toList();
        return xml ->
                xml.set(
                        "addressesSet",
                        found,
                        (item, view) -> {
                            view.write(item);
                            place(item, view.eip());
                        });
    }

    private void place(XmlAnswer xml, ElasticIp eip) {
        catalog.all(AddressPool.class).stream()
                .filter(pool -> pool.prefixes().stream().anyMatch(p -> p.contains(eip.address())))
                .findFirst()
                .ifPresent(pool -> xml.text("publicIpv4Pool", pool.name()));
        xml.text("networkBorderGroup", region)
                .text("domain", "vpc")
                .text("publicIp", eip.address().toString());
    }

    private Consumer<XmlAnswer> attributes(Call call) {
        Snapshot now = snapshots.now(call.tenant());
        call.ids("AllocationId", Kind.ALLOCATION)
                .forEach(id -> now.get(ElasticIp.class, Kind.ALLOCATION, id));
        return xml -> xml.set("addressSet", List.of(), (item, none) -> {});
    }
}
