package io.sallyport.store.catalog;

import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a VPC reaches the gateway nodes: set by the operator. */
final class AttachmentRules {

    /** Numbers of VPCs on plain interfaces; above every VNI, still 24 bits. */
    private static final int INTERFACES_NUMBER_MIN = Attachment.Vxlan.VNI_MAX + 1;

    private static final int NUMBER_MAX = 0xffffff;

    private final CatalogTable table;

    AttachmentRules(CatalogTable table) {
        this.table = table;
    }

    Decision attachVpc(CatalogCommand.AttachVpc command, long index) {
        Optional<Vpc> found = table.find(Vpc.class, command.id().value());
        if (found.isEmpty()) {
            return Decision.notFound(command.id().value());
        }
        Vpc vpc = found.get();
        if (command.attachment().isEmpty()) {
            return attached(vpc, Optional.empty(), index);
        }
        return switch (command.attachment().get()) {
            case Attachment.Vxlan vxlan -> attachVxlan(vpc, vxlan, index);
            case Attachment.Interfaces interfaces -> attachInterfaces(vpc, interfaces, index);
        };
    }

    private Decision attachVxlan(Vpc vpc, Attachment.Vxlan vxlan, long index) {
        if (vxlan.vni() < 1 || vxlan.vni() > Attachment.Vxlan.VNI_MAX) {
            return Decision.invalid("vni", vxlan.vni(), "1 to " + Attachment.Vxlan.VNI_MAX);
        }
        if (numbers(vpc).contains(vxlan.vni())) {
            return Decision.refused(
                    new CatalogResult.Conflict(vpc.key(), "vni " + vxlan.vni() + " is in use"));
        }
        return PrefixRules.broken(
                        "endpoints", vxlan.endpoints(), CatalogLimits.ENDPOINTS_PER_VPC, 1)
                .orElseGet(() -> attached(vpc, Optional.of(vxlan), index));
    }

    private Decision attachInterfaces(Vpc vpc, Attachment.Interfaces wish, long index) {
        List<String> names = wish.names();
        if (names.isEmpty() || names.size() > CatalogLimits.INTERFACES_PER_VPC) {
            return Decision.invalid(
                    "interfaces", names, "1 to " + CatalogLimits.INTERFACES_PER_VPC + " names");
        }
        Set<String> seen = new TreeSet<>();
        for (String name : names) {
            if (!name.matches("[!-~&&[^/:]]{1,15}") || name.equals(".") || name.equals("..")) {
                return Decision.invalid("interfaces", name, "a Linux interface name");
            }
            if (!seen.add(name)) {
                return Decision.invalid("interfaces", name, "each name once");
            }
            if (others(vpc).anyMatch(other -> interfaceNames(other).contains(name))) {
                return Decision.refused(
                        new CatalogResult.Conflict(vpc.key(), "interface " + name + " is in use"));
            }
        }
        Optional<Integer> number = number(vpc, wish.number());
        if (number.isEmpty()) {
            return Decision.invalid(
                    "number",
                    wish.number(),
                    "0, or free and " + INTERFACES_NUMBER_MIN + " to " + NUMBER_MAX);
        }
        return attached(vpc, Optional.of(new Attachment.Interfaces(names, number.get())), index);
    }

    /** The wished number where it may be had; for 0 the VPC's present one or the lowest free. */
    private Optional<Integer> number(Vpc vpc, int wish) {
        Set<Integer> taken = numbers(vpc);
        if (wish != 0) {
            boolean allowed = wish >= INTERFACES_NUMBER_MIN && wish <= NUMBER_MAX;
            return allowed && !taken.contains(wish) ? Optional.of(wish) : Optional.empty();
        }
        if (vpc.attachment().isPresent()
                && vpc.attachment().get() instanceof Attachment.Interfaces present) {
            return Optional.of(present.number());
        }
        int lowest = INTERFACES_NUMBER_MIN;
        while (taken.contains(lowest)) {
            lowest++;
        }
        return lowest <= NUMBER_MAX ? Optional.of(lowest) : Optional.empty();
    }

    private Stream<Attachment> others(Vpc vpc) {
        return table.all(Vpc.class)
                .filter(other -> !other.id().equals(vpc.id()))
                .flatMap(other -> other.attachment().stream());
    }

    private Set<Integer> numbers(Vpc vpc) {
        return others(vpc).map(Attachment::number).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> interfaceNames(Attachment attachment) {
        return switch (attachment) {
            case Attachment.Vxlan vxlan -> List.of();
            case Attachment.Interfaces interfaces -> interfaces.names();
        };
    }

    private static Decision attached(Vpc vpc, Optional<Attachment> attachment, long index) {
        return vpc.attachment().equals(attachment)
                ? Decision.unchanged(vpc)
                : Decision.put(new Vpc(vpc.id(), vpc.tenant(), vpc.prefixes(), attachment, index));
    }
}
