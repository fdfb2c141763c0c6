package io.sallyport.control.tenants;

import io.sallyport.control.access.ApiKeys;
import io.sallyport.control.access.Operator;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/tenants")
class TenantController {

    /**
     * @param rotate true: a new key, which may do everything, takes the place of all API keys at
     *     once; to let two overlap, see {@code api-keys}
     */
    record PutTenantRequest(@Nullable String name, @Nullable Boolean rotate) {}

    /**
     * @param apiKey only where it was drawn by this call; it is not stored and never shown again
     */
    record TenantView(String id, String name, @Nullable String apiKey) {}

    private final CatalogService catalog;

    TenantController(CatalogService catalog) {
        this.catalog = catalog;
    }

    @PutMapping("/{id}")
    ResponseEntity<TenantView> put(
            Operator operator, @PathVariable String id, @RequestBody PutTenantRequest request) {
        TenantId tenant = Fields.id("id", id, TenantId::new);
        String name = Fields.required("name", request.name());
        Optional<Tenant> existing = catalog.find(Tenant.class, tenant.value());
        boolean keepsKey = existing.isPresent() && !Boolean.TRUE.equals(request.rotate());
        String key = keepsKey ? null : ApiKeys.draw(tenant);
        String hash =
                key == null
                        ? existing.orElseThrow().apiKeys().getFirst().hash()
                        : ApiKeys.hash(key);
        Tenant applied =
                catalog.apply(
                        new CatalogCommand.PutTenant(tenant, name, hash),
                        tenant.value(),
                        Tenant.class);
        return ResponseEntity.status(existing.isPresent() ? HttpStatus.OK : HttpStatus.CREATED)
                .body(new TenantView(tenant.value(), applied.name(), key));
    }

    @GetMapping
    Page<TenantView> list(Operator operator) {
        return Page.of(catalog.all(Tenant.class), TenantController::view);
    }

    @GetMapping("/{id}")
    TenantView get(Operator operator, @PathVariable String id) {
        String tenant = Fields.id("id", id, TenantId::new).value();
        return catalog.find(Tenant.class, tenant)
                .map(TenantController::view)
                .orElseThrow(() -> Problem.notFound(tenant));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Operator operator, @PathVariable String id) {
        TenantId tenant = Fields.id("id", id, TenantId::new);
        catalog.apply(new CatalogCommand.DeleteTenant(tenant), tenant.value());
    }

    private static TenantView view(Tenant tenant) {
        return new TenantView(tenant.id().value(), tenant.name(), null);
    }
}
