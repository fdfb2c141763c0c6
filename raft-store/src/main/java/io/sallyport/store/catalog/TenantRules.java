package io.sallyport.store.catalog;

import io.sallyport.store.catalog.Resource.Owned;
import io.sallyport.store.catalog.Resource.Tenant;
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
        return Decision.put(new Tenant(command.id(), command.name(), command.keyHash(), index));
    }

    Decision deleteTenant(CatalogCommand.DeleteTenant command, long index) {
        String key = command.id().value();
        if (table.find(Tenant.class, key).isEmpty()) {
            return Decision.notFound(key);
        }
        Optional<Owned> owned = table.all(Owned.class, command.id()).findFirst();
        return owned.isPresent()
                ? Decision.refused(new CatalogResult.InUse(key, owned.get().key()))
                : Decision.removed(key, index);
    }

    private static boolean printable(String text) {
        return !text.isBlank()
                && text.codePoints()
                        .noneMatch(c ->
                                Character.isISOControl(c)
                                        || Character.getType(c) == Character.SURROGATE);
    }
}
