package io.sallyport.control.tenants;

import io.sallyport.control.access.AccessKeys;
import io.sallyport.control.access.Operator;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.AccessKeyId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope;
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

/** What tenants sign EC2 requests with: two at most, so that one can take the other's place. */
@RestController
@RequestMapping("/v1/tenants/{id}/access-keys")
class AccessKeyController {

    /**
     * @param secretAccessKey only where the key was made by this call
     */
    record AccessKeyView(
            String accessKeyId, List<String> scopes, @Nullable String secretAccessKey) {}

    private final CatalogService catalog;
    private final AccessKeys keys;

    AccessKeyController(CatalogService catalog, AccessKeys keys) {
        this.catalog = catalog;
        this.keys = keys;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    AccessKeyView create(
            Operator operator,
            @PathVariable String id,
            @RequestBody(required = false) @Nullable ScopesRequest request) {
        TenantId tenant = Fields.id("id", id, TenantId::new);
        if (!keys.areKept()) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    ProblemCode.CONFLICT,
                    "ec2.key is not set in this process's configuration");
        }
        AccessKeyId key = AccessKeys.draw();
        KeyScope scope = ScopesRequest.scope(request);
        catalog.apply(new CatalogCommand.PutAccessKey(tenant, key, scope), tenant.value());
        return new AccessKeyView(key.value(), scope.words(), keys.secret(key));
    }

    @GetMapping
    Page<AccessKeyView> list(Operator operator, @PathVariable String id) {
        String tenant = Fields.id("id", id, TenantId::new).value();
        return Page.of(
                catalog.find(Tenant.class, tenant)
                        .orElseThrow(() -> Problem.notFound(tenant))
                        .accessKeys(),
                key -> new AccessKeyView(key.id().value(), key.scope().words(), null));
    }

    @DeleteMapping("/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Operator operator, @PathVariable String id, @PathVariable String key) {
        TenantId tenant = Fields.id("id", id, TenantId::new);
        AccessKeyId accessKey = Fields.id("key", key, AccessKeyId::new);
        catalog.apply(new CatalogCommand.DeleteAccessKey(tenant, accessKey), accessKey.value());
    }
}
