package io.sallyport.store.catalog;

import io.sallyport.store.catalog.Resource.Quotas;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.Map;

/** How much a tenant may have: set by the operator. What a tenant has already stays. */
final class QuotaRules {

    private final CatalogTable table;

    QuotaRules(CatalogTable table) {
        this.table = table;
    }

    Decision putQuotas(CatalogCommand.PutQuotas command, long index) {
        String tenant = command.tenant().value();
        if (table.find(Tenant.class, tenant).isEmpty()) {
            return Decision.notFound(tenant);
        }
        for (Map.Entry<Quota, Integer> each : command.limits().entrySet()) {
            int most = each.getKey().most();
            if (each.getValue() < 0 || each.getValue() > most) {
                return Decision.invalid(each.getKey().field(), each.getValue(), "0 to " + most);
            }
        }
        Quotas quotas = new Quotas(command.tenant(), command.limits(), index);
        return table.find(Quotas.class, quotas.key())
                .filter(present -> present.limits().equals(quotas.limits()))
                .map(Decision::unchanged)
                .orElseGet(() -> Decision.put(quotas));
    }
}
