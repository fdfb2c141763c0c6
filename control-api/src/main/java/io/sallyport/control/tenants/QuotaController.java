package io.sallyport.control.tenants;

import io.sallyport.control.access.Operator;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Quota;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** How much a tenant may have, and has. */
@RestController
@RequestMapping("/v1/tenants/{id}/quotas")
class QuotaController {

    /** Each 0 to ten times its default; what is left out is as by default from now on. */
    record PutQuotasRequest(
            @Nullable Integer vpcs,
            @Nullable Integer elasticIps,
            @Nullable Integer gateways,
            @Nullable Integer networkInterfaces,
            @Nullable Integer networkAcls,
            @Nullable Integer networkAclEntries,
            @Nullable Integer routeTables,
            @Nullable Integer internetGateways) {

        @Nullable Integer limit(Quota quota) {
            return switch (quota) {
                case VPCS -> vpcs;
                case ELASTIC_IPS -> elasticIps;
                case GATEWAYS -> gateways;
                case NETWORK_INTERFACES -> networkInterfaces;
                case NETWORK_ACLS -> networkAcls;
                case NETWORK_ACL_ENTRIES -> networkAclEntries;
                case ROUTE_TABLES -> routeTables;
                case INTERNET_GATEWAYS -> internetGateways;
            };
        }
    }

    /**
     * @param used may be more than the limit: what a tenant has stays when its quota gets smaller
     */
    record QuotaView(int limit, int byDefault, long used) {}

    record QuotasView(
            QuotaView vpcs,
            QuotaView elasticIps,
            QuotaView gateways,
            QuotaView networkInterfaces,
            QuotaView networkAcls,
            QuotaView networkAclEntries,
            QuotaView routeTables,
            QuotaView internetGateways) {}

    private final CatalogService catalog;

    QuotaController(CatalogService catalog) {
        this.catalog = catalog;
    }

    @GetMapping
    QuotasView get(Operator operator, @PathVariable String id) {
        TenantId tenant = Fields.id("id", id, TenantId::new);
        if (catalog.find(Tenant.class, tenant.value()).isEmpty()) {
            throw Problem.notFound(tenant.value());
        }
        return view(tenant);
    }

    @PutMapping
    QuotasView put(
            Operator operator, @PathVariable String id, @RequestBody PutQuotasRequest request) {
        TenantId tenant = Fields.id("id", id, TenantId::new);
        SortedMap<Quota, Integer> limits = new TreeMap<>();
        for (Quota quota : Quota.values()) {
            Integer limit = request.limit(quota);
            if (limit != null) {
                limits.put(quota, limit);
            }
        }
        var unused = catalog.apply(new CatalogCommand.PutQuotas(tenant, limits), tenant.value());
        return view(tenant);
    }

    private QuotasView view(TenantId tenant) {
        Catalog now = catalog.catalog();
        return new QuotasView(
                view(now, tenant, Quota.VPCS),
                view(now, tenant, Quota.ELASTIC_IPS),
                view(now, tenant, Quota.GATEWAYS),
                view(now, tenant, Quota.NETWORK_INTERFACES),
                view(now, tenant, Quota.NETWORK_ACLS),
                view(now, tenant, Quota.NETWORK_ACL_ENTRIES),
                view(now, tenant, Quota.ROUTE_TABLES),
                view(now, tenant, Quota.INTERNET_GATEWAYS));
    }

    private static QuotaView view(Catalog now, TenantId tenant, Quota quota) {
        return new QuotaView(now.limit(tenant, quota), quota.byDefault(), now.used(tenant, quota));
    }
}
