package io.sallyport.store.catalog;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import io.sallyport.store.catalog.Resource.Owner.OfInstance;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which addresses of a VPC somebody has: gateways, with all that private ones translate to,
 * interfaces, and instances with elastic IPs.
 */
final class PrivateAddresses {

    /** AWS keeps the first four addresses of a subnet and its last; no draw takes them. */
    private static final int RESERVED_FIRST = 4;

    private static final int RESERVED_LAST = 1;

    private final CatalogTable table;

    PrivateAddresses(CatalogTable table) {
        this.table = table;
    }

    /** The caller's to change. */
    Set<IpAddress> taken(VpcId vpc) {
        Set<IpAddress> taken = new TreeSet<>();
        table.all(Gateway.class)
                .filter(gateway -> gateway.vpc().equals(vpc))
                .forEach(gateway -> {
                    taken.add(gateway.privateAddress());
                    gateway.privateAddressV6().ifPresent(taken::add);
                });
        own(vpc).map(ElasticIp::address).forEach(taken::add);
        table.all(NetworkInterface.class)
                .filter(one -> one.vpc().equals(vpc))
                .forEach(one -> taken.add(one.privateAddress()));
        table.all(ElasticIp.class)
                .flatMap(ElasticIp::owners)
                .filter(owner -> owner instanceof OfInstance of && of.vpc().equals(vpc))
                .forEach(owner -> taken.add(((OfInstance) owner).privateAddress()));
        return taken;
    }

    /** Of a subnet, where it is for private gateways: no two in the cloud have one address. */
    Set<IpAddress> takenByAnybody(VpcId vpc, IpPrefix prefix) {
        Set<IpAddress> taken = taken(vpc);
        table.all(ElasticIp.class)
                .map(ElasticIp::address)
                .filter(prefix::contains)
                .forEach(taken::add);
        return taken;
    }

    /** What the VPC's private gateways translate to. */
    Stream<ElasticIp> own(VpcId vpc) {
        Set<GatewayId> gateways =
                table.all(Gateway.class)
                        .filter(gateway -> gateway.vpc().equals(vpc) && table.isPrivate(gateway))
                        .map(Gateway::id)
                        .collect(Collectors.toSet());
        return gateways.isEmpty()
                ? Stream.empty()
                : table.all(ElasticIp.class)
                        .filter(eip -> eip.gateway().filter(gateways::contains).isPresent());
    }

    /** Why nobody can have this address of a subnet; empty where one can. */
    static Optional<Decision> refusal(
            String key, IpPrefix prefix, IpAddress wish, Set<IpAddress> taken) {
        if (!prefix.contains(wish)
                || wish.equals(prefix.address())
                || wish.equals(AddressRange.last(prefix))) {
            return Optional.of(
                    Decision.invalid(
                            "privateAddress",
                            wish,
                            "within " + prefix + ", neither its first address nor its last"));
        }
        return taken.contains(wish)
                ? Optional.of(Decision.conflict(key, wish + " is taken"))
                : Optional.empty();
    }

    /** The lowest that is free. */
    static Optional<IpAddress> drawn(IpPrefix prefix, Set<IpAddress> taken) {
        return AddressRange.lowestFree(prefix, RESERVED_FIRST, RESERVED_LAST, taken::contains);
    }
}
