package io.sallyport.store.catalog;

import io.sallyport.ids.AccessKeyId;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Owned;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who pays: set by the operator. */
final class TenantRules {

    private final CatalogTable table;

    TenantRules(CatalogTable table) {
        this.table = table;
    }

    Decision putTenant(CatalogCommand.PutTenant command, long index) {
        Optional<Tenant> existing = table.find(Tenant.class, command.id().value());
        if (existing.isPresent()
                && existing.get().name().equals(command.name())
                && existing.get().keyHash().equals(command.keyHash())) {
            return Decision.unchanged(existing.get());
        }
        if (!printable(command.name()) || command.name().length() > CatalogLimits.NAME) {
            return Decision.invalid(
                    "name", command.name(), "1 to " + CatalogLimits.NAME + " printable characters");
        }
        if (!command.keyHash().matches("[0-9a-f]{64}")) {
            return Decision.invalid("keyHash", command.keyHash(), "64 lower-case hex digits");
        }
        // A key says who is calling, so it may never say two names.
        boolean keyTaken =
                table.all(Tenant.class)
                        .anyMatch(other ->
                                other.keyHash().equals(command.keyHash())
                                        && !other.id().equals(command.id()));
        if (keyTaken) {
            return Decision.refused(
                    new CatalogResult.Conflict(command.id().value(), "the key is in use"));
        }
        return Decision.put(
                new Tenant(
                        command.id(),
                        command.name(),
                        command.keyHash(),
                        existing.map(Tenant::accessKeys).orElse(List.of()),
                        index));
    }

    Decision putAccessKey(CatalogCommand.PutAccessKey command, long index) {
        String key = command.tenant().value();
        Optional<Tenant> found = table.find(Tenant.class, key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        AccessKeyId id = command.id();
        if (found.get().accessKeys().contains(id)) {
            return Decision.unchanged(found.get());
        }
        if (table.all(Tenant.class).anyMatch(other -> other.accessKeys().contains(id))) {
            return Decision.conflict(id.value(), "is taken");
        }
        List<AccessKeyId> keys = new ArrayList<>(found.get().accessKeys());
        keys.add(id);
        return keys.size() > CatalogLimits.ACCESS_KEYS_PER_TENANT
                ? Decision.full("access keys of a tenant", CatalogLimits.ACCESS_KEYS_PER_TENANT)
                : Decision.put(with(found.get(), keys, index));
    }

    Decision deleteAccessKey(CatalogCommand.DeleteAccessKey command, long index) {
        String key = command.tenant().value();
        Optional<Tenant> found = table.find(Tenant.class, key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        List<AccessKeyId> keys = new ArrayList<>(found.get().accessKeys());
        return keys.remove(command.id())
                ? Decision.put(with(found.get(), keys, index))
                : Decision.notFound(command.id().value());
    }

    private static Tenant with(Tenant tenant, List<AccessKeyId> keys, long index) {
        return new Tenant(tenant.id(), tenant.name(), tenant.keyHash(), keys, index);
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
