package io.sallyport.control.ec2;

import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.ids.AclId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclDecision;
import io.sallyport.store.catalog.AclEntry;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A network ACL as EC2 tells of it: with the subnets it stands at, and its implicit denies. */
final class NetworkAclView {

    static final Set<String> FILTERS =
            Set.of(
                    "association.association-id",
                    "association.network-acl-id",
                    "association.subnet-id",
                    "default",
                    "entry.cidr",
                    "entry.egress",
                    "entry.icmp.code",
                    "entry.icmp.type",
                    "entry.ipv6-cidr",
                    "entry.port-range.from",
                    "entry.port-range.to",
                    "entry.protocol",
                    "entry.rule-action",
                    "entry.rule-number",
                    "network-acl-id",
                    "owner-id",
                    "tag-key",
                    "vpc-id");

    private final NetworkAcl acl;
    private final List<Subnet> subnets;
    private final List<Shown> entries;
    private final SortedMap<String, String> tags;

    /** An entry by what is shown of it; a text is empty where it is not shown. */
    private record Shown(
            int ruleNumber,
            boolean egress,
            int protocol,
            boolean allow,
            String cidr,
            boolean v4,
            Optional<AclEntry> detail) {

        static Shown of(AclEntry entry) {
            return new Shown(
                    entry.ruleNumber(),
                    entry.egress(),
                    entry.protocol(),
                    entry.allow(),
                    entry.prefix().toString(),
                    entry.prefix().address().isV4(),
                    Optional.of(entry));
        }

        static Shown denying(boolean egress, boolean v4) {
            return new Shown(
                    v4 ? AclDecision.NO_MATCH_V4 : AclDecision.NO_MATCH_V6,
                    egress,
                    -1,
                    false,
                    v4 ? "0.0.0.0/0" : "::/0",
                    v4,
                    Optional.empty());
        }

        String action() {
            return allow ? "allow" : "deny";
        }

        Optional<AclEntry> ports() {
            return detail.filter(AclEntry::judgesPorts);
        }

        Optional<AclEntry> icmp() {
            return detail.filter(AclEntry::judgesIcmp);
        }

        void write(XmlAnswer xml) {
            xml.text(v4 ? "cidrBlock" : "ipv6CidrBlock", cidr).flag("egress", egress);
            icmp().ifPresent(entry ->
                    xml.in(
                            "icmpTypeCode",
                            of ->
                                    of.number("code", entry.icmpCode())
                                            .number("type", entry.icmpType())));
            ports().ifPresent(entry ->
                    xml.in(
                            "portRange",
                            of ->
                                    of.number("from", entry.portFrom())
                                            .number("to", entry.portTo())));
            xml.text("protocol", Integer.toString(protocol))
                    .text("ruleAction", action())
                    .number("ruleNumber", ruleNumber);
        }

        Stream<String> filtered(String name) {
            return switch (name) {
                case "entry.cidr" -> Stream.of(cidr).filter(text -> v4);
                case "entry.ipv6-cidr" -> Stream.of(cidr).filter(text -> !v4);
                case "entry.egress" -> Stream.of(Boolean.toString(egress));
                case "entry.icmp.code" -> number(icmp().map(AclEntry::icmpCode));
                case "entry.icmp.type" -> number(icmp().map(AclEntry::icmpType));
                case "entry.port-range.from" -> number(ports().map(AclEntry::portFrom));
                case "entry.port-range.to" -> number(ports().map(AclEntry::portTo));
                case "entry.protocol" ->
                        protocol < 0
                                ? Stream.of("-1", "all")
                                : Stream.of(
                                        Integer.toString(protocol),
                                        new Protocol(protocol).toString());
                case "entry.rule-action" -> Stream.of(action());
                case "entry.rule-number" -> Stream.of(Integer.toString(ruleNumber));
                default -> throw new IllegalStateException("no filter " + name);
            };
        }

        private static Stream<String> number(Optional<Integer> value) {
            return value.map(Object::toString).stream();
        }
    }

    private NetworkAclView(
            NetworkAcl acl, List<Subnet> subnets, boolean v6, SortedMap<String, String> tags) {
        this.acl = acl;
        this.subnets = subnets;
        this.tags = tags;
        entries =
                Stream.concat(
                                acl.entries().stream().map(Shown::of),
                                Stream.of(true, false)
                                        .flatMap(egress ->
                                                Stream.of(true, false)
                                                        .filter(v4 -> v4 || v6)
                                                        .map(v4 -> Shown.denying(egress, v4))))
                        .sorted(
                                Comparator.comparing((Shown one) -> !one.egress())
                                        .thenComparingInt(Shown::ruleNumber))
                        .toList();
    }

    /** Looks through the catalog once, however many are shown. */
    static Function<NetworkAcl, NetworkAclView> of(Snapshot now) {
        Map<AclId, List<Subnet>> subnets =
                now.all(Subnet.class).stream()
                        .filter(subnet -> subnet.acl().isPresent())
                        .collect(Collectors.groupingBy(subnet -> subnet.acl().orElseThrow()));
        Set<VpcId> v6 =
                now.all(Vpc.class).stream()
                        .filter(vpc -> vpc.prefixes().stream().anyMatch(p -> !p.address().isV4()))
                        .map(Vpc::id)
                        .collect(Collectors.toSet());
        return acl ->
                new NetworkAclView(
                        acl,
                        subnets.getOrDefault(acl.id(), List.of()),
                        acl.vpc().filter(v6::contains).isPresent(),
                        now.tags(acl.key()));
    }

    /**
     * EC2 names the tie between subnet and network ACL; the catalog does not, so the name follows
     * from both and from when it began. Empty: there is none.
     */
    static Optional<String> association(Subnet subnet) {
        return subnet.association()
                .map(tie ->
                        "aclassoc-"
                                + Associations.digits(
                                        subnet.key() + " " + tie.acl() + " " + tie.since()));
    }

    String id() {
        return acl.key();
    }

    SortedMap<String, String> tags() {
        return tags;
    }

    Stream<String> filtered(String name) {
        return switch (name) {
            case "association.association-id" ->
                    subnets.stream().flatMap(subnet -> association(subnet).stream());
            case "association.network-acl-id" -> subnets.stream().map(subnet -> id());
            case "association.subnet-id" -> subnets.stream().map(Subnet::key);
            case "default" -> Stream.of(Boolean.toString(acl.isDefault()));
            case "network-acl-id" -> Stream.of(id());
            case "owner-id" -> Stream.of(acl.tenant().value());
            case "vpc-id" -> acl.vpc().map(VpcId::value).stream();
            default -> entries.stream().flatMap(entry -> entry.filtered(name));
        };
    }

    void write(XmlAnswer xml) {
        xml.set(
                        "associationSet",
                        subnets,
                        (item, subnet) ->
                                item.text(
                                                "networkAclAssociationId",
                                                association(subnet).orElse(null))
                                        .text("networkAclId", id())
                                        .text("subnetId", subnet.key()))
                .set("entrySet", entries, (item, entry) -> entry.write(item))
                .flag("default", acl.isDefault())
                .text("networkAclId", id());
        Views.tags(xml, tags);
        xml.text("vpcId", acl.vpc().map(VpcId::value).orElse(null))
                .text("ownerId", acl.tenant().value());
    }
}
