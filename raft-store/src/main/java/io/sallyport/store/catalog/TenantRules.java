package io.sallyport.store.catalog;

import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource.AccessKey;
import io.sallyport.store.catalog.Resource.ApiKey;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Owned;
import io.sallyport.store.catalog.Resource.Quotas;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who pays: set by the operator. */
final class TenantRules {

    private final CatalogTable table;

    TenantRules(CatalogTable table) {
        this.table = table;
    }

    Decision putTenant(CatalogCommand.PutTenant command, long index) {
        Optional<Tenant> existing = table.find(Tenant.class, command.id().value());
        boolean keepsKeys =
                existing.isPresent()
                        && existing.get().apiKeys().stream()
                                .anyMatch(key -> key.hash().equals(command.keyHash()));
        if (keepsKeys && existing.get().name().equals(command.name())) {
            return Decision.unchanged(existing.get());
        }
        if (!printable(command.name()) || command.name().length() > CatalogLimits.NAME) {
            return Decision.invalid(
                    "name", command.name(), "1 to " + CatalogLimits.NAME + " printable characters");
        }
        return badHash(command.id(), command.keyHash())
                .orElseGet(() ->
                        Decision.put(
                                new Tenant(
                                        command.id(),
                                        command.name(),
                                        keepsKeys
                                                ? existing.get().apiKeys()
                                                : List.of(
                                                        new ApiKey(
                                                                command.keyHash(), KeyScope.FULL)),
                                        existing.map(Tenant::accessKeys).orElse(List.of()),
                                        index)));
    }

    /** A key says who is calling, so it may never say two names; its id neither. */
    private Optional<Decision> badHash(TenantId tenant, String hash) {
        if (!hash.matches("[0-9a-f]{64}")) {
            return Optional.of(Decision.invalid("keyHash", hash, "64 lower-case hex digits"));
        }
        boolean taken =
                table.all(Tenant.class)
                        .filter(other -> !other.id().equals(tenant))
                        .flatMap(other -> other.apiKeys().stream())
                        .anyMatch(key -> key.hash().equals(hash));
        return taken
                ? Optional.of(Decision.conflict(tenant.value(), "the key is in use"))
                : Optional.empty();
    }

    Decision putApiKey(CatalogCommand.PutApiKey command, long index) {
        Optional<Tenant> found = table.find(Tenant.class, command.tenant().value());
        if (found.isEmpty()) {
            return Decision.notFound(command.tenant().value());
        }
        Tenant tenant = found.get();
        ApiKey key = new ApiKey(command.hash(), command.scope());
        if (tenant.apiKeys().contains(key)) {
            return Decision.unchanged(tenant);
        }
        Optional<Decision> bad =
                badHash(tenant.id(), command.hash()).or(() -> badScope(command.scope()));
        if (bad.isPresent()) {
            return bad.get();
        }
        if (tenant.apiKeys().stream().anyMatch(other -> other.id().equals(key.id()))) {
            return Decision.conflict(key.id(), "is taken");
        }
        return tenant.apiKeys().size() >= CatalogLimits.API_KEYS_PER_TENANT
                ? Decision.full("API keys of a tenant", CatalogLimits.API_KEYS_PER_TENANT)
                : Decision.put(
                        with(tenant, plus(tenant.apiKeys(), key), tenant.accessKeys(), index));
    }

    /** The last one stays: without a key the tenant could not be told from a stranger. */
    Decision deleteApiKey(CatalogCommand.DeleteApiKey command, long index) {
        Optional<Tenant> found = table.find(Tenant.class, command.tenant().value());
        if (found.isEmpty()) {
            return Decision.notFound(command.tenant().value());
        }
        Tenant tenant = found.get();
        List<ApiKey> left =
                tenant.apiKeys().stream().filter(key -> !key.id().equals(command.id())).toList();
        if (left.size() == tenant.apiKeys().size()) {
            return Decision.notFound(command.id());
        }
        return left.isEmpty()
                ? Decision.conflict(command.id(), "is the tenant's only API key")
                : Decision.put(with(tenant, left, tenant.accessKeys(), index));
    }

    private static Optional<Decision> badScope(KeyScope scope) {
        return scope.reads() == 0
                ? Optional.of(Decision.invalid("scopes", "none", "at least one"))
                : Optional.empty();
    }

    Decision putAccessKey(CatalogCommand.PutAccessKey command, long index) {
        Optional<Tenant> found = table.find(Tenant.class, command.tenant().value());
        if (found.isEmpty()) {
            return Decision.notFound(command.tenant().value());
        }
        Tenant tenant = found.get();
        AccessKey key = new AccessKey(command.id(), command.scope());
        if (tenant.accessKeys().contains(key)) {
            return Decision.unchanged(tenant);
        }
        boolean taken =
                table.all(Tenant.class)
                        .flatMap(other -> other.accessKeys().stream())
                        .anyMatch(other -> other.id().equals(key.id()));
        if (taken) {
            return Decision.conflict(key.id().value(), "is taken");
        }
        return badScope(command.scope())
                .orElseGet(() ->
                        tenant.accessKeys().size() >= CatalogLimits.ACCESS_KEYS_PER_TENANT
                                ? Decision.full(
                                        "access keys of a tenant",
                                        CatalogLimits.ACCESS_KEYS_PER_TENANT)
                                : Decision.put(
                                        with(
                                                tenant,
                                                tenant.apiKeys(),
                                                plus(tenant.accessKeys(), key),
                                                index)));
    }

    Decision deleteAccessKey(CatalogCommand.DeleteAccessKey command, long index) {
        Optional<Tenant> found = table.find(Tenant.class, command.tenant().value());
        if (found.isEmpty()) {
            return Decision.notFound(command.tenant().value());
        }
        Tenant tenant = found.get();
        List<AccessKey> left =
                tenant.accessKeys().stream().filter(key -> !key.id().equals(command.id())).toList();
        return left.size() == tenant.accessKeys().size()
                ? Decision.notFound(command.id().value())
                : Decision.put(with(tenant, tenant.apiKeys(), left, index));
    }

    private static <T> List<T> plus(List<T> list, T last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }

    private static Tenant with(
            Tenant tenant, List<ApiKey> apiKeys, List<AccessKey> accessKeys, long index) {
        return new Tenant(tenant.id(), tenant.name(), apiKeys, accessKeys, index);
    }

    Decision deleteTenant(CatalogCommand.DeleteTenant command, long index) {
        String key = command.id().value();
        if (table.find(Tenant.class, key).isEmpty()) {
            return Decision.notFound(key);
        }
        Optional<Owned> owned =
                table.all(Owned.class, command.id())
                        .filter(resource -> !(resource instanceof FormerGateway))
                        .findFirst();
        if (owned.isPresent()) {
            return Decision.inUse(key, owned.get().key());
        }
        List<CatalogChange> changes = new ArrayList<>();
        changes.add(new CatalogChange.Remove(key));
        table.find(Quotas.class, Quotas.keyOf(command.id()))
                .ifPresent(quotas -> changes.add(new CatalogChange.Remove(quotas.key())));
        table.all(FormerGateway.class, command.id())
                .forEach(former -> changes.add(new CatalogChange.Remove(former.key())));
        return new Decision(changes, new CatalogResult.Applied(index, Optional.empty()));
    }

    private static boolean printable(String text) {
        return !text.isBlank()
                && text.codePoints()
                        .noneMatch(c ->
                                Character.isISOControl(c)
                                        || Character.getType(c) == Character.SURROGATE);
    }
}
