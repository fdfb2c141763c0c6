package io.sallyport.store.catalog;

import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.Resource.AclAssociation;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Tenant;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Network ACLs: their entries are kept in one canonical form, in the order they are asked. A subnet
 * has exactly one, the VPC's default one until another is associated.
 */
final class AclRules {

    private static final Comparator<AclEntry> ORDER =
            Comparator.comparing(AclEntry::egress).thenComparingInt(AclEntry::ruleNumber);

    private final CatalogTable table;

    AclRules(CatalogTable table) {
        this.table = table;
    }

    Decision create(CatalogCommand.CreateAcl command, long index) {
        Optional<NetworkAcl> present = table.find(NetworkAcl.class, command.id().value());
        if (present.isPresent() && present.get().tenant().equals(command.tenant())) {
            return Decision.existing(
                    present.get(),
                    present.get().entries().equals(canonical(command.entries()))
                            && present.get().vpc().equals(command.vpc())
                            && present.get().stateful() == command.stateful());
        }
        if (present.isPresent()) {
            return Decision.notFound(command.id().value());
        }
        Optional<String> noVpc =
                command.vpc()
                        .map(VpcId::value)
                        .filter(vpc -> table.owned(Vpc.class, command.tenant(), vpc).isEmpty());
        return noVpc.isPresent()
                ? Decision.notFound(noVpc.get())
                : put(
                        new NetworkAcl(
                                command.id(),
                                command.tenant(),
                                command.vpc(),
                                false,
                                command.stateful(),
                                command.entries(),
                                index));
    }

    Decision put(CatalogCommand.PutAcl command, long index) {
        String key = command.id().value();
        NetworkAcl existing =
                table.find(NetworkAcl.class, key)
                        .orElseGet(() ->
                                new NetworkAcl(command.id(), command.tenant(), List.of(), index));
        if (!existing.tenant().equals(command.tenant())) {
            return Decision.notFound(key);
        }
        return put(
                existing.with(
                        command.entries(), command.stateful().orElse(existing.stateful()), index));
    }

    Decision putEntry(CatalogCommand.PutAclEntry command, long index) {
        String key = command.id().value();
        Optional<NetworkAcl> acl = table.owned(NetworkAcl.class, command.tenant(), key);
        if (acl.isEmpty()) {
            return Decision.notFound(key);
        }
        AclEntry entry = command.entry();
        List<AclEntry> others = others(acl.get(), entry.egress(), entry.ruleNumber());
        boolean there = others.size() < acl.get().entries().size();
        if (there && !command.replace()) {
            return acl.get().entries().contains(canonical(entry))
                    ? Decision.conflict(key, "has this entry already")
                    : Decision.conflict(key, "has another entry " + entry.ruleNumber());
        }
        if (!there && command.replace()) {
            return Decision.notFound(key + " entry " + entry.ruleNumber());
        }
        others.add(entry);
        return told(put(acl.get().with(others, acl.get().stateful(), index)));
    }

    Decision deleteEntry(CatalogCommand.DeleteAclEntry command, long index) {
        String key = command.id().value();
        Optional<NetworkAcl> acl = table.owned(NetworkAcl.class, command.tenant(), key);
        if (acl.isEmpty()) {
            return Decision.notFound(key);
        }
        List<AclEntry> others = others(acl.get(), command.egress(), command.ruleNumber());
        return others.size() == acl.get().entries().size()
                ? Decision.notFound(key + " entry " + command.ruleNumber())
                : told(put(acl.get().with(others, acl.get().stateful(), index)));
    }

    private static List<AclEntry> others(NetworkAcl acl, boolean egress, int ruleNumber) {
        List<AclEntry> others = new ArrayList<>(acl.entries());
        others.removeIf(one -> one.egress() == egress && one.ruleNumber() == ruleNumber);
        return others;
    }

    /** Who changes one entry is not told all the others: the answer stays short. */
    private static Decision told(Decision decision) {
        return decision.result() instanceof CatalogResult.Applied(long version, var resource)
                ? new Decision(
                        decision.changes(), new CatalogResult.Applied(version, Optional.empty()))
                : decision;
    }

    /** The ACL as it is wished; its tenant, and that the id is his, are looked at before. */
    private Decision put(NetworkAcl wish) {
        if (table.find(Tenant.class, wish.tenant().value()).isEmpty()) {
            return Decision.notFound(wish.tenant().value());
        }
        Optional<Decision> broken = broken(wish.entries());
        if (broken.isPresent()) {
            return broken.get();
        }
        NetworkAcl fresh = wish.with(canonical(wish.entries()), wish.stateful(), wish.version());
        Optional<NetworkAcl> existing = table.find(NetworkAcl.class, wish.key());
        if (existing.isPresent()
                && existing.get().entries().equals(fresh.entries())
                && existing.get().stateful() == fresh.stateful()) {
            return Decision.unchanged(existing.get());
        }
        List<NetworkAcl> others =
                table.all(NetworkAcl.class, wish.tenant())
                        .filter(acl -> !acl.id().equals(wish.id()))
                        .toList();
        long acls = others.stream().filter(acl -> !acl.isDefault()).count() + 1;
        long entries = others.stream().mapToLong(acl -> acl.entries().size()).sum();
        Optional<Decision> full =
                wish.isDefault()
                        ? Optional.empty()
                        : table.refusal(wish.tenant(), Quota.NETWORK_ACLS, acls);
        return full.or(() ->
                        table.refusal(
                                wish.tenant(),
                                Quota.NETWORK_ACL_ENTRIES,
                                entries + fresh.entries().size()))
                .orElseGet(() -> Decision.put(fresh));
    }

    Decision associate(CatalogCommand.AssociateSubnet command, long index) {
        String key = command.subnet().value();
        Optional<Subnet> found = table.owned(Subnet.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        Subnet subnet = found.get();
        Optional<NetworkAcl> acl =
                table.owned(NetworkAcl.class, command.tenant(), command.acl().value());
        if (acl.isEmpty()) {
            return Decision.notFound(command.acl().value());
        }
        if (!acl.get().vpc().equals(Optional.of(subnet.vpc()))) {
            return Decision.invalid(
                    "networkAclId", command.acl(), "a network ACL of " + subnet.vpc());
        }
        Optional<Long> since = subnet.association().map(AclAssociation::since);
        if (command.instead().isPresent() && !command.instead().equals(since)) {
            return Decision.conflict(key, "has another association by now");
        }
        return subnet.acl().equals(Optional.of(command.acl()))
                ? Decision.unchanged(subnet)
                : Decision.put(
                        new Subnet(
                                subnet.id(),
                                subnet.tenant(),
                                subnet.vpc(),
                                subnet.prefix(),
                                Optional.of(new AclAssociation(command.acl(), index)),
                                index));
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
        boolean v4 = entry.prefix().address().isV4();
        if (entry.near().map(near -> near.address().isV4() != v4).orElse(false)) {
            return Optional.of(
                    Decision.invalid(
                            "nearCidr",
                            entry.near().orElseThrow(),
                            "of the family of " + entry.prefix()));
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
                entry.judgesIcmp() ? entry.icmpCode() : -1,
                entry.near());
    }

    Decision delete(CatalogCommand.DeleteAcl command, long index) {
        String key = command.id().value();
        Optional<NetworkAcl> acl = table.owned(NetworkAcl.class, command.tenant(), key);
        if (acl.isEmpty()) {
            return Decision.notFound(key);
        }
        if (acl.get().isDefault()) {
            return Decision.inUse(key, acl.get().vpc().map(VpcId::value).orElseThrow());
        }
        Stream<String> gateways =
                table.all(Gateway.class, command.tenant())
                        .filter(gateway -> gateway.acl().equals(Optional.of(command.id())))
                        .map(Gateway::key);
        Stream<String> subnets =
                table.all(Subnet.class, command.tenant())
                        .filter(subnet -> subnet.acl().equals(Optional.of(command.id())))
                        .map(Subnet::key);
        return Stream.concat(gateways, subnets)
                .findFirst()
                .map(user -> Decision.inUse(key, user))
                .orElseGet(() -> Decision.removed(key, index));
    }
}
