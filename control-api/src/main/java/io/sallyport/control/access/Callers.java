package io.sallyport.control.access;

import io.sallyport.control.audit.Audit;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Tells from the Authorization header who is calling. */
@Component
class Callers {

    private static final String SCHEME = "bearer ";

    private final String operatorKeyHash;
    private final CatalogService catalog;
    private final RateLimit rate;

    Callers(ControlConfig config, CatalogService catalog, RateLimit rate) {
        this.operatorKeyHash = ApiKeys.hash(config.operatorKey());
        this.catalog = catalog;
        this.rate = rate;
    }

    /**
     * @throws Problem unauthenticated, or forbidden where a tenant calls
     */
    Operator operator(@Nullable String authorization) {
        String key = key(authorization);
        if (isOperator(key)) {
            Audit.caller("operator");
            rate.admit("operator");
            return new Operator();
        }
        Audit.caller(known(key).tenant().value());
        throw forbidden("this is the operator's; a tenant's key cannot do it");
    }

    /**
     * @param method of the call, and its path: what the key must cover
     * @throws Problem unauthenticated, or forbidden where the operator calls or the key does not
     *     cover it
     */
    TenantId tenant(@Nullable String authorization, String method, String path) {
        String key = key(authorization);
        if (isOperator(key)) {
            Audit.caller("operator");
            throw forbidden("this needs a tenant's key; the operator's owns nothing");
        }
        Known known = known(key);
        Audit.caller(known.tenant().value());
        Audit.apiKey(known.key().id());
        rate.admit(known.key().id());
        boolean changes = Grants.changes(method, path);
        if (!Grants.area(path)
                .map(area -> known.key().scope().allows(area, changes))
                .orElse(false)) {
            throw forbidden(
                    "the key's scopes are "
                            + known.key().scope()
                            + ", which do not cover this "
                            + (changes ? "change" : "look"));
        }
        return known.tenant();
    }

    private record Known(TenantId tenant, Resource.ApiKey key) {}

    private boolean isOperator(String key) {
        return ApiKeys.matches(key, operatorKeyHash);
    }

    private Known known(String key) {
        return ApiKeys.claimed(key)
                .flatMap(tenant -> catalog.find(Resource.Tenant.class, tenant.value()))
                .flatMap(tenant ->
                        tenant.apiKeys().stream()
                                .filter(each -> ApiKeys.matches(key, each.hash()))
                                .map(each -> new Known(tenant.id(), each))
                                .findFirst())
                .orElseThrow(() -> unauthenticated("the key is not known"));
    }

    private static String key(@Nullable String authorization) {
        if (authorization == null) {
            throw unauthenticated(HttpHeaders.AUTHORIZATION + ": Bearer <key> is missing");
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw unauthenticated(HttpHeaders.AUTHORIZATION + " must be Bearer <key>");
        }
        return authorization.substring(SCHEME.length()).strip();
    }

    private static Problem unauthenticated(String detail) {
        return new Problem(HttpStatus.UNAUTHORIZED, ProblemCode.UNAUTHENTICATED, detail);
    }

    private static Problem forbidden(String detail) {
        return new Problem(HttpStatus.FORBIDDEN, ProblemCode.FORBIDDEN, detail);
    }
}
