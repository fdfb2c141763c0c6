package io.sallyport.control.tenants;

import io.sallyport.control.access.ApiKeys;
import io.sallyport.control.access.Operator;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope;
import io.sallyport.store.catalog.Resource.ApiKey;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What tenants show to REST: two at most, so that one can take the other's place without a gap. */
@RestController
@RequestMapping("/v1/tenants/{id}/api-keys")
class ApiKeyController {

    /**
     * @param apiKey only where it was drawn by this call; it is not stored and never shown again
     */
    record ApiKeyView(String id, List<String> scopes, @Nullable String apiKey) {}

    private final CatalogService catalog;

    ApiKeyController(CatalogService catalog) {
        this.catalog = catalog;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ApiKeyView create(
            Operator operator,
            @PathVariable String id,
            @RequestBody(required = false) @Nullable ScopesRequest request) {
        TenantId tenant = Fields.id("id", id, TenantId::new);
        String key = ApiKeys.draw(tenant);
        KeyScope scope = ScopesRequest.scope(request);
        ApiKey kept = new ApiKey(ApiKeys.hash(key), scope);
        catalog.apply(new CatalogCommand.PutApiKey(tenant, kept.hash(), scope), tenant.value());
        return view(kept, key);
    }

    @GetMapping
    Page<ApiKeyView> list(Operator operator, @PathVariable String id) {
        String tenant = Fields.id("id", id, TenantId::new).value();
        return Page.of(
                catalog.find(Tenant.class, tenant)
                        .orElseThrow(() -> Problem.notFound(tenant))
                        .apiKeys(),
                key -> view(key, null));
    }

    @DeleteMapping("/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Operator operator, @PathVariable String id, @PathVariable String key) {
        TenantId tenant = Fields.id("id", id, TenantId::new);
        catalog.apply(new CatalogCommand.DeleteApiKey(tenant, key), key);
    }

    private static ApiKeyView view(ApiKey key, @Nullable String shown) {
        return new ApiKeyView(key.id(), key.scope().words(), shown);
    }
}
