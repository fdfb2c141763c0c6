package io.sallyport.store.catalog;

import io.sallyport.ids.EipId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand.OwnAddress;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Owner.OfGateway;
import io.sallyport.store.catalog.Resource.Subnet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gateways that translate to their own private addresses (ADR 67). These are kept as elastic IPs
 * are, so leases, lives and routes are the same. The first is that of the gateway's interface, and
 * begins and ends with it; others come and go, and end with it too.
 */
final class PrivateGatewayRules {

    private final CatalogTable table;
    private final GatewayRules gateways;
    private final PrivateAddresses addresses;

    PrivateGatewayRules(CatalogTable table, GatewayRules gateways) {
        this.table = table;
        this.gateways = gateways;
        this.addresses = new PrivateAddresses(table);
    }

    Decision create(CatalogCommand.CreatePrivateGateway command, long index) {
        Decision placed = gateways.createPrivate(command.gateway(), index);
        if (!(placed.result() instanceof CatalogResult.Applied applied)) {
            return placed;
        }
        Gateway gateway = (Gateway) applied.resource().orElseThrow();
        List<OwnAddress> all = new ArrayList<>();
        all.add(new OwnAddress(command.own(), Optional.of(gateway.privateAddress())));
        all.addAll(command.further());
        if (placed.changes().isEmpty()) {
            return all.stream().allMatch(each -> has(gateway, each))
                    ? placed
                    : Decision.conflict(gateway.key(), "exists with other parameters");
        }
        return assigned(gateway, all, index).after(placed);
    }

    Decision assign(CatalogCommand.AssignPrivateAddresses command, long index) {
        String key = command.gateway().value();
        Optional<Gateway> found = table.owned(Gateway.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        Gateway gateway = found.get();
        if (!table.isPrivate(gateway)) {
            return Decision.invalid("gateway", key, "a private gateway");
        }
        // The operator may have made the pool smaller since.
        if (!table.isPrivate(prefix(gateway))) {
            return Decision.invalid(
                    "gateway", key, "one in a subnet whose addresses are of a private pool");
        }
        List<OwnAddress> addresses = command.addresses();
        return addresses.stream().allMatch(each -> has(gateway, each))
                ? Decision.unchanged(
                        table.find(ElasticIp.class, addresses.getFirst().id().value())
                                .orElseThrow())
                : assigned(gateway, addresses, index);
    }

    private IpPrefix prefix(Gateway gateway) {
        return table.find(Subnet.class, gateway.subnet().value()).orElseThrow().prefix();
    }

    private boolean has(Gateway gateway, OwnAddress wished) {
        return table.find(ElasticIp.class, wished.id().value())
                .filter(eip -> eip.gateway().equals(Optional.of(gateway.id())))
                .filter(eip -> eip.drain().isEmpty())
                .filter(eip -> wished.wish().map(eip.address()::equals).orElse(true))
                .isPresent();
    }

    /** All of them or none. */
    private Decision assigned(Gateway gateway, List<OwnAddress> wished, long index) {
        long had =
                table.all(ElasticIp.class, gateway.tenant())
                        .filter(eip -> eip.gateway().equals(Optional.of(gateway.id())))
                        .count();
        if (had + wished.size() > CatalogLimits.ADDRESSES_PER_GATEWAY) {
            return Decision.full(
                    "private addresses on a gateway", CatalogLimits.ADDRESSES_PER_GATEWAY);
        }
        long would = table.all(ElasticIp.class, gateway.tenant()).count() + wished.size();
        Optional<Decision> full = table.refusal(gateway.tenant(), Quota.ELASTIC_IPS, would);
        if (full.isPresent()) {
            return full.get();
        }
        IpPrefix prefix = prefix(gateway);
        Set<IpAddress> taken = addresses.takenByAnybody(gateway.vpc(), prefix);
        List<ElasticIp> own = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (OwnAddress each : wished) {
            String id = each.id().value();
            if (table.find(ElasticIp.class, id)
                    .filter(eip -> !eip.tenant().equals(gateway.tenant()))
                    .isPresent()) {
                return Decision.notFound(id);
            }
            if (table.find(Resource.class, id).isPresent() || !ids.add(id)) {
                return Decision.conflict(id, "exists with other parameters");
            }
            Optional<Decision> refused =
                    each.wish().flatMap(wish -> PrivateAddresses.refusal(id, prefix, wish, taken));
            if (refused.isPresent()) {
                return refused.get();
            }
            Optional<IpAddress> address =
                    each.wish().or(() -> PrivateAddresses.drawn(prefix, taken));
            if (address.isEmpty()) {
                return Decision.full("private addresses of " + gateway.subnet(), taken.size());
            }
            taken.add(address.get());
            own.add(own(each.id(), gateway, address.get(), index));
        }
        return new Decision(
                own.stream().<CatalogChange>map(CatalogChange.Put::new).toList(),
                new CatalogResult.Applied(index, Optional.of(own.getFirst())));
    }

    private static ElasticIp own(EipId id, Gateway gateway, IpAddress address, long index) {
        return new ElasticIp(
                id,
                gateway.tenant(),
                address,
                index,
                Optional.of(new OfGateway(gateway.id())),
                false,
                Optional.empty(),
                index);
    }
}
