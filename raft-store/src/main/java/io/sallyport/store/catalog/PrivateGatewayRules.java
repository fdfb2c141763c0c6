package io.sallyport.store.catalog;

import io.sallyport.ids.EipId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Owner.OfGateway;
import io.sallyport.store.catalog.Resource.Subnet;
import java.util.ArrayList;
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
        String own = command.own().value();
        Decision placed = gateways.createPrivate(command.gateway(), index);
        if (!(placed.result() instanceof CatalogResult.Applied applied)) {
            return placed;
        }
        Gateway gateway = (Gateway) applied.resource().orElseThrow();
        if (placed.changes().isEmpty()) {
            return has(gateway, own)
                    ? placed
                    : Decision.conflict(gateway.key(), "exists with other parameters");
        }
        if (table.find(Resource.class, own).isPresent()) {
            return Decision.conflict(own, "exists with other parameters");
        }
        if (isFull(gateway.tenant())) {
            return full();
        }
        List<CatalogChange> changes = new ArrayList<>(placed.changes());
        changes.add(
                new CatalogChange.Put(
                        own(command.own(), gateway, gateway.privateAddress(), index)));
        return new Decision(changes, placed.result());
    }

    Decision assign(CatalogCommand.AssignPrivateAddress command, long index) {
        String key = command.gateway().value();
        String own = command.own().value();
        Optional<Gateway> found = table.owned(Gateway.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        Gateway gateway = found.get();
        if (!table.isPrivate(gateway)) {
            return Decision.invalid("gateway", key, "a private gateway");
        }
        Optional<ElasticIp> existing = table.find(ElasticIp.class, own);
        if (existing.isPresent()) {
            ElasticIp present = existing.get();
            return present.tenant().equals(command.tenant())
                    ? Decision.existing(present, has(gateway, own) && answers(present, command))
                    : Decision.notFound(own);
        }
        long had =
                table.all(ElasticIp.class, gateway.tenant())
                        .filter(eip -> eip.gateway().equals(Optional.of(gateway.id())))
                        .count();
        if (had >= CatalogLimits.ADDRESSES_PER_GATEWAY) {
            return Decision.full(
                    "private addresses on a gateway", CatalogLimits.ADDRESSES_PER_GATEWAY);
        }
        return isFull(gateway.tenant()) ? full() : placed(command, gateway, index);
    }

    private static boolean answers(ElasticIp present, CatalogCommand.AssignPrivateAddress command) {
        return present.drain().isEmpty()
                && command.address().map(present.address()::equals).orElse(true);
    }

    private Decision placed(
            CatalogCommand.AssignPrivateAddress command, Gateway gateway, long index) {
        Subnet subnet = table.find(Subnet.class, gateway.subnet().value()).orElseThrow();
        IpPrefix prefix = subnet.prefix();
        Set<IpAddress> taken = addresses.takenByAnybody(gateway.vpc(), prefix);
        Optional<IpAddress> wish = command.address();
        Optional<Decision> refused =
                wish.flatMap(
                        w -> PrivateAddresses.refusal(command.own().value(), prefix, w, taken));
        if (refused.isPresent()) {
            return refused.get();
        }
        return wish.or(() -> PrivateAddresses.drawn(prefix, taken))
                .map(address -> Decision.put(own(command.own(), gateway, address, index)))
                .orElseGet(
                        () -> Decision.full("private addresses of " + subnet.key(), taken.size()));
    }

    private boolean isFull(TenantId tenant) {
        return table.all(ElasticIp.class, tenant).count() >= CatalogLimits.ADDRESSES_PER_TENANT;
    }

    private static Decision full() {
        return Decision.full("elastic IPs of a tenant", CatalogLimits.ADDRESSES_PER_TENANT);
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

    private boolean has(Gateway gateway, String own) {
        return table.find(ElasticIp.class, own)
                .flatMap(ElasticIp::gateway)
                .equals(Optional.of(gateway.id()));
    }
}
