package io.sallyport.store.catalog;

import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Network ACLs: their entries are kept in one canonical form, in the order they are asked. */
final class AclRules {

    private static final Comparator<AclEntry> ORDER =
            Comparator.comparing(AclEntry::egress).thenComparingInt(AclEntry::ruleNumber);

    private final CatalogTable table;

    AclRules(CatalogTable table) {
        this.table = table;
    }

    Decision create(CatalogCommand.CreateAcl command, long index) {
        Optional<NetworkAcl> present =
                table.owned(NetworkAcl.class, command.tenant(), command.id().value());
        if (present.isPresent()) {
            return Decision.existing(
                    present.get(), present.get().entries().equals(canonical(command.entries())));
        }
        return put(
                new CatalogCommand.PutAcl(command.tenant(), command.id(), command.entries()),
                index);
    }

    Decision put(CatalogCommand.PutAcl command, long index) {
        String key = command.id().value();
        Optional<NetworkAcl> existing = table.find(NetworkAcl.class, key);
        if (existing.isPresent() && !existing.get().tenant().equals(command.tenant())) {
            return Decision.notFound(key);
        }
        if (table.find(Tenant.class, command.tenant().value()).isEmpty()) {
            return Decision.notFound(command.tenant().value());
        }
        Optional<Decision> broken = broken(command.entries());
        if (broken.isPresent()) {
            return broken.get();
        }
        List<AclEntry> entries = canonical(command.entries());
        if (existing.isPresent() && existing.get().entries().equals(entries)) {
            return Decision.unchanged(existing.get());
        }
        List<NetworkAcl> others =
                table.all(NetworkAcl.class, command.tenant())
                        .filter(acl -> !acl.id().equals(command.id()))
                        .toList();
        if (others.size() >= CatalogLimits.ACLS_PER_TENANT) {
            return Decision.full("network ACLs of a tenant", CatalogLimits.ACLS_PER_TENANT);
        }
        return entries.size() + others.stream().mapToInt(acl -> acl.entries().size()).sum()
                        > CatalogLimits.ENTRIES_PER_TENANT
                ? Decision.full("entries of all ACLs of a tenant", CatalogLimits.ENTRIES_PER_TENANT)
                : Decision.put(new NetworkAcl(command.id(), command.tenant(), entries, index));
    }

    private static List<AclEntry> canonical(List<AclEntry> entries) {
        return entries.stream().map(AclRules::canonical).sorted(ORDER).toList();
    }

    private static Optional<Decision> broken(List<AclEntry> entries) {
        if (entries.size() > CatalogLimits.ENTRIES_PER_ACL) {
            return Optional.of(Decision.full("entries of an ACL", CatalogLimits.ENTRIES_PER_ACL));
        }
        Set<Integer> egress = new TreeSet<>();
        Set<Integer> ingress = new TreeSet<>();
        for (AclEntry entry : entries) {
            Optional<Decision> broken = broken(entry);
            if (broken.isPresent()) {
                return broken;
            }
            if (!(entry.egress() ? egress : ingress).add(entry.ruleNumber())) {
                return Optional.of(
                        Decision.invalid(
                                "ruleNumber",
                                entry.ruleNumber(),
                                "each number once in one direction"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Decision> broken(AclEntry entry) {
        if (entry.ruleNumber() < 1 || entry.ruleNumber() > AclEntry.RULE_MAX) {
            return refuse("ruleNumber", entry.ruleNumber(), "1 to " + AclEntry.RULE_MAX);
        }
        if (entry.protocol() < -1 || entry.protocol() > 255) {
            return refuse("protocol", entry.protocol(), "-1, or 0 to 255");
        }
        if (entry.judgesPorts()) {
            if (entry.portFrom() < 0 || entry.portFrom() > 65535) {
                return refuse("portRange.from", entry.portFrom(), "0 to 65535");
            }
            if (entry.portTo() < entry.portFrom() || entry.portTo() > 65535) {
                return refuse("portRange.to", entry.portTo(), entry.portFrom() + " to 65535");
            }
        }
        if (entry.judgesIcmp()) {
            if (entry.icmpType() < -1 || entry.icmpType() > 255) {
                return refuse("icmp.type", entry.icmpType(), "-1, or 0 to 255");
            }
            if (entry.icmpCode() < -1 || entry.icmpCode() > 255) {
                return refuse("icmp.code", entry.icmpCode(), "-1, or 0 to 255");
            }
            if (entry.icmpType() == -1 && entry.icmpCode() != -1) {
                return refuse("icmp.code", entry.icmpCode(), "-1 where the type is -1");
            }
        }
        return Optional.empty();
    }

    private static Optional<Decision> refuse(String field, int value, String allowed) {
        return Optional.of(Decision.invalid(field, value, allowed));
    }

    /** What a rule does not judge by is set to "all", so that equal rules are equal records. */
    private static AclEntry canonical(AclEntry entry) {
        return new AclEntry(
                entry.ruleNumber(),
                entry.egress(),
                entry.protocol(),
                entry.allow(),
                entry.prefix(),
                entry.judgesPorts() ? entry.portFrom() : 0,
                entry.judgesPorts() ? entry.portTo() : 65535,
                entry.judgesIcmp() ? entry.icmpType() : -1,
                entry.judgesIcmp() ? entry.icmpCode() : -1);
    }

    Decision delete(CatalogCommand.DeleteAcl command, long index) {
        String key = command.id().value();
        if (table.owned(NetworkAcl.class, command.tenant(), key).isEmpty()) {
            return Decision.notFound(key);
        }
        return table.all(Gateway.class, command.tenant())
                .filter(gateway -> gateway.acl().equals(Optional.of(command.id())))
                .findFirst()
                .map(gateway -> Decision.inUse(key, gateway.key()))
                .orElseGet(() -> Decision.removed(key, index));
    }
}
