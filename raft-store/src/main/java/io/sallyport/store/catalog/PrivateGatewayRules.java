package io.sallyport.store.catalog;

import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Owner.OfGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gateways that translate to their own private address (ADR 67). The address is kept as an elastic
 * IP is, so leases, lives and routes are the same; it begins and ends with its gateway.
 */
final class PrivateGatewayRules {

    private final CatalogTable table;
    private final GatewayRules gateways;

    PrivateGatewayRules(CatalogTable table, GatewayRules gateways) {
        this.table = table;
        this.gateways = gateways;
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
        boolean full =
                table.all(ElasticIp.class, gateway.tenant()).count()
                        >= CatalogLimits.ADDRESSES_PER_TENANT;
        if (full) {
            return Decision.full("elastic IPs of a tenant", CatalogLimits.ADDRESSES_PER_TENANT);
        }
        List<CatalogChange> changes = new ArrayList<>(placed.changes());
        changes.add(
                new CatalogChange.Put(
                        new ElasticIp(
                                command.own(),
                                gateway.tenant(),
                                gateway.privateAddress(),
                                index,
                                Optional.of(new OfGateway(gateway.id())),
                                false,
                                Optional.empty(),
                                index)));
        return new Decision(changes, placed.result());
    }

    private boolean has(Gateway gateway, String own) {
        return table.find(ElasticIp.class, own)
                .flatMap(ElasticIp::gateway)
                .equals(Optional.of(gateway.id()));
    }
}
