package io.sallyport.store.catalog;

import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.Resource.Tenant;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing.InternetGateway;
import java.util.Optional;

/** Internet gateways: one of a VPC at most, and of one VPC at most. */
final class InternetGatewayRules {

    private final CatalogTable table;

    InternetGatewayRules(CatalogTable table) {
        this.table = table;
    }

    Decision create(OfRouting.CreateInternetGateway command, long index) {
        TenantId tenant = command.tenant();
        String key = command.id().value();
        Optional<InternetGateway> existing = table.find(InternetGateway.class, key);
        if (existing.isPresent()) {
            return existing.get().tenant().equals(tenant)
                    ? Decision.unchanged(existing.get())
                    : Decision.notFound(key);
        }
        if (table.find(Tenant.class, tenant.value()).isEmpty()) {
            return Decision.notFound(tenant.value());
        }
        long would = table.all(InternetGateway.class, tenant).count() + 1;
        return table.refusal(tenant, Quota.INTERNET_GATEWAYS, would)
                .orElseGet(() ->
                        Decision.put(
                                new InternetGateway(
                                        command.id(), tenant, Optional.empty(), index)));
    }

    Decision delete(OfRouting.DeleteInternetGateway command, long index) {
        String key = command.id().value();
        Optional<InternetGateway> found = table.owned(InternetGateway.class, command.tenant(), key);
        return found.map(gateway ->
                        gateway.vpc()
                                .map(vpc -> Decision.inUse(key, vpc.value()))
                                .orElseGet(() -> Decision.removed(key, index)))
                .orElseGet(() -> Decision.notFound(key));
    }

    Decision attach(OfRouting.AttachInternetGateway command, long index) {
        String key = command.id().value();
        String vpc = command.vpc().value();
        Optional<InternetGateway> found = table.owned(InternetGateway.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        if (table.owned(Vpc.class, command.tenant(), vpc).isEmpty()) {
            return Decision.notFound(vpc);
        }
        Optional<VpcId> attached = found.get().vpc();
        if (attached.isPresent()) {
            return attached.get().equals(command.vpc())
                    ? Decision.unchanged(found.get())
                    : Decision.inUse(key, attached.get().value());
        }
        return of(command.vpc())
                .map(other -> Decision.inUse(vpc, other.key()))
                .orElseGet(() -> Decision.put(at(found.get(), Optional.of(command.vpc()), index)));
    }

    private Optional<InternetGateway> of(VpcId vpc) {
        return table.all(InternetGateway.class)
                .filter(gateway -> gateway.vpc().equals(Optional.of(vpc)))
                .findFirst();
    }

    /** Routes to it stay, and lead nowhere. */
    Decision detach(OfRouting.DetachInternetGateway command, long index) {
        String key = command.id().value();
        Optional<InternetGateway> found = table.owned(InternetGateway.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        return found.get().vpc().equals(Optional.of(command.vpc()))
                ? Decision.put(at(found.get(), Optional.empty(), index))
                : Decision.conflict(key, "is not attached to " + command.vpc());
    }

    private static InternetGateway at(InternetGateway before, Optional<VpcId> vpc, long index) {
        return new InternetGateway(before.id(), before.tenant(), vpc, index);
    }
}
