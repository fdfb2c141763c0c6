package io.sallyport.store.catalog;

import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand.Existing;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.Drain;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import io.sallyport.store.catalog.Resource.Owner;
import io.sallyport.store.catalog.Resource.Owner.OfGateway;
import io.sallyport.store.catalog.Resource.Owner.OfInstance;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who owns an elastic IP, and since when. An owner that is another begins a new life of the
 * address, in which no lease and no connection of the former counts; it opens when all members have
 * dropped the former one. Only between gateways of one VPC may the life go on, since its
 * connections' clients are the same.
 */
final class MoveRules {

    private static final long MAC_MAX = (1L << 48) - 1;

    private final CatalogTable table;
    private final PrivateAddresses addresses;

    MoveRules(CatalogTable table) {
        this.table = table;
        this.addresses = new PrivateAddresses(table);
    }

    Decision move(CatalogCommand.MoveAddress command, long index) {
        TenantId tenant = command.tenant();
        String key = command.id().value();
        Optional<ElasticIp> found = table.owned(ElasticIp.class, tenant, key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        ElasticIp eip = found.get();
        if (table.isPrivate(eip)) {
            return owned(eip);
        }
        Owner to = command.to();
        if (eip.owner().equals(Optional.of(to))) {
            return eip.drain().isEmpty()
                    ? Decision.unchanged(eip)
                    : Decision.put(eip.draining(Optional.empty(), index));
        }
        Optional<Decision> refused =
                switch (to) {
                    case OfGateway(var gateway) ->
                            refusal(
                                    eip,
                                    table.owned(Gateway.class, tenant, gateway.value()),
                                    gateway.value());
                    case OfInstance instance ->
                            refusal(
                                    eip,
                                    table.owned(Vpc.class, tenant, instance.vpc().value()),
                                    instance);
                };
        return refused.orElseGet(() -> moved(eip, to, command.existing(), index));
    }

    private Decision moved(ElasticIp eip, Owner to, Existing existing, long index) {
        // The instance went to another host: it is the same owner.
        if (to instanceof OfInstance instance && eip.owner().filter(instance::isSame).isPresent()) {
            return Decision.put(eip.handedTo(to, index));
        }
        return switch (existing) {
            case Existing.None() ->
                    eip.owner()
                            .map(owner -> Decision.inUse(eip.key(), named(owner)))
                            .orElseGet(() -> Decision.put(eip.ownedBy(to, index)));
            case Existing.End() -> Decision.put(eip.ownedBy(to, index));
            case Existing.Follow() ->
                    vpcOf(eip.owner()).isPresent() && vpcOf(eip.owner()).equals(vpcOf(to))
                            ? Decision.put(eip.handedTo(to, index))
                            : Decision.invalid(
                                    "existing", "follow", "between two gateways of one VPC");
            case Existing.Drain(long until) -> {
                Drain drain = new Drain(Optional.of(to), until);
                yield eip.gateway().isEmpty()
                        ? Decision.put(eip.ownedBy(to, index)) // no connections are known
                        : eip.drain().equals(Optional.of(drain))
                                ? Decision.unchanged(eip)
                                : Decision.put(eip.draining(Optional.of(drain), index));
            }
        };
    }

    private Optional<Resource> vpcOf(Optional<Owner> owner) {
        return owner.flatMap(this::vpcOf);
    }

    /** Of a gateway. */
    private Optional<Resource> vpcOf(Owner owner) {
        return owner instanceof OfGateway(var gateway)
                ? table.find(Gateway.class, gateway.value())
                        .flatMap(found -> table.find(Vpc.class, found.vpc().value()))
                        .map(Resource.class::cast)
                : Optional.empty();
    }

    private Optional<Decision> refusal(ElasticIp eip, Optional<Gateway> found, String gateway) {
        if (found.isEmpty()) {
            return Optional.of(Decision.notFound(gateway));
        }
        if (table.isPrivate(found.get())) {
            return invalid("gateway", gateway, "a gateway that is not private");
        }
        boolean v4 = eip.address().isV4();
        boolean speaksFamily =
                v4
                        ? found.get().privateAddress().isV4()
                        : found.get().privateAddressV6().isPresent();
        if (!speaksFamily) {
            return invalid(
                    "gateway",
                    gateway,
                    "a gateway with a private " + (v4 ? "IPv4" : "IPv6") + " address");
        }
        OfGateway owner = new OfGateway(found.get().id());
        long others =
                table.all(ElasticIp.class)
                        .filter(each -> each.address().isV4() == v4 && !each.equals(eip))
                        .filter(each -> each.owners().anyMatch(owner::equals))
                        .count();
        return others >= CatalogLimits.ADDRESSES_PER_GATEWAY
                ? Optional.of(
                        Decision.full(
                                "elastic IPs of one family on a gateway",
                                CatalogLimits.ADDRESSES_PER_GATEWAY))
                : Optional.empty();
    }

    private Optional<Decision> refusal(ElasticIp eip, Optional<Vpc> found, OfInstance to) {
        if (found.isEmpty()) {
            return Optional.of(Decision.notFound(to.vpc().value()));
        }
        Vpc vpc = found.get();
        IpAddress address = to.privateAddress();
        if (address.isV4() != eip.address().isV4()
                || vpc.prefixes().stream().noneMatch(prefix -> prefix.contains(address))) {
            return invalid(
                    "privateAddress", address, "of the elastic IP's family, in " + vpc.prefixes());
        }
        if (!isUnicast(to.mac())) {
            return Optional.of(badMac(to.mac()));
        }
        Optional<Decision> unreachable = unreachable(vpc, to.tunnelEndpoint());
        if (unreachable.isPresent()) {
            return unreachable;
        }
        // An interface says itself where it is.
        Stream<String> interfaces =
                table.all(NetworkInterface.class)
                        .filter(one -> one.instance().isSame(to) && !one.instance().equals(to))
                        .map(NetworkInterface::key);
        Stream<String> gateways =
                table.all(Gateway.class)
                        .filter(gateway -> gateway.vpc().equals(to.vpc()))
                        .filter(gateway -> isOwn(gateway, address))
                        .map(Gateway::key);
        Stream<String> own =
                addresses
                        .own(to.vpc())
                        .filter(each -> each.address().equals(address))
                        .map(ElasticIp::key);
        Stream<String> others =
                table.all(ElasticIp.class)
                        .filter(each -> !each.equals(eip))
                        .filter(each -> each.owners().anyMatch(to::isSame))
                        .map(ElasticIp::key);
        return Stream.of(interfaces, gateways, own, others)
                .flatMap(users -> users)
                .findFirst()
                .map(user -> Decision.conflict(eip.key(), address + " is taken by " + user));
    }

    private static boolean isOwn(Gateway gateway, IpAddress address) {
        return gateway.privateAddress().equals(address)
                || gateway.privateAddressV6().equals(Optional.of(address));
    }

    static boolean isUnicast(long mac) {
        return mac > 0 && mac <= MAC_MAX && (mac >>> 40 & 1) == 0;
    }

    static Decision badMac(long mac) {
        return Decision.invalid("mac", Long.toHexString(mac), "a unicast MAC address");
    }

    /** An instance behind tunnels has its host, and the VPC lists that. */
    static Optional<Decision> unreachable(Vpc vpc, Optional<IpAddress> endpoint) {
        boolean fits =
                switch (vpc.attachment().orElse(null)) {
                    case null -> false;
                    case Attachment.Interfaces plain -> endpoint.isEmpty();
                    case Attachment.Vxlan(int vni, var endpoints) ->
                            endpoint.isPresent()
                                    && endpoints.stream().anyMatch(p -> p.contains(endpoint.get()));
                };
        return fits
                ? Optional.empty()
                : invalid(
                        "tunnelEndpoint",
                        endpoint.map(IpAddress::toString).orElse("none"),
                        "one that the VPC lists; none where it is on plain interfaces");
    }

    private static Optional<Decision> invalid(String field, Object value, String allowed) {
        return Optional.of(Decision.invalid(field, value, allowed));
    }

    static ElasticIp drained(ElasticIp eip, Drain drain, long index) {
        return drain.next()
                .map(next -> eip.ownedBy(next, index))
                .orElseGet(() -> eip.released(index));
    }

    /** An instance's connections are not known here, so there is nothing to wait for. */
    Decision drain(CatalogCommand.DrainAddress command, long index) {
        String key = command.id().value();
        Optional<ElasticIp> found = table.owned(ElasticIp.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        ElasticIp eip = found.get();
        if (table.isPrivate(eip) && table.furtherOwner(eip).isEmpty()) {
            return owned(eip);
        }
        if (eip.owner().isEmpty()) {
            return Decision.unchanged(eip);
        }
        return Decision.put(
                eip.gateway().isEmpty()
                        ? eip.released(index)
                        : eip.draining(
                                Optional.of(
                                        new Drain(Optional.empty(), command.untilEpochMillis())),
                                index));
    }

    Decision endDrain(CatalogCommand.EndDrain command, long index) {
        String key = command.id().value();
        Optional<ElasticIp> found = table.find(ElasticIp.class, key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        ElasticIp eip = found.get();
        if (eip.version() != command.as() || eip.drain().isEmpty()) {
            return Decision.unchanged(eip);
        }
        return table.furtherOwner(eip).isPresent()
                ? Decision.removed(key, index)
                : Decision.put(drained(eip, eip.drain().get(), index));
    }

    List<CatalogChange> opened(long obeyed, int most, long index) {
        return table.all(ElasticIp.class)
                .filter(eip -> eip.owner().isPresent() && !eip.open())
                .filter(eip -> eip.poolGeneration() <= obeyed)
                .limit(most)
                .<CatalogChange>map(eip -> new CatalogChange.Put(eip.opened(index)))
                .toList();
    }

    /** What a private gateway translates to is no other's. */
    static Decision owned(ElasticIp eip) {
        return Decision.inUse(eip.key(), named(eip.owner().orElseThrow()));
    }

    /** What a refusal calls it. */
    static String named(Owner owner) {
        return switch (owner) {
            case OfGateway(var gateway) -> gateway.value();
            case OfInstance instance -> instance.vpc() + " " + instance.privateAddress();
        };
    }
}
