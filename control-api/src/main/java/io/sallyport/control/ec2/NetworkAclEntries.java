package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Parameters;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.AclId;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope.Area;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Single entries of network ACLs; each call changes one, whatever others do meanwhile. */
@Component
class NetworkAclEntries implements Operation.Source {

    private static final int PORTS = 65535;
    private static final int OCTET = 255;

    private static final Map<String, Integer> PROTOCOLS =
            Map.of(
                    "all", -1,
                    "icmp", Protocol.ICMP.number(),
                    "tcp", Protocol.TCP.number(),
                    "udp", Protocol.UDP.number(),
                    "icmpv6", Protocol.ICMPV6.number());

    private final CatalogService catalog;
    private final Snapshots snapshots;

    NetworkAclEntries(CatalogService catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    @Override
    public Area area() {
        return Area.NETWORK_ACLS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of("CreateNetworkAclEntry", call -> put(call, false), entryParameters()),
                Operation.of("ReplaceNetworkAclEntry", call -> put(call, true), entryParameters()),
                Operation.of(
                        "DeleteNetworkAclEntry",
                        this::delete,
                        Stream.of(
                                required("Egress"),
                                required("NetworkAclId"),
                                required("RuleNumber"))));
    }

    private static Stream<Parameter> entryParameters() {
        return Stream.of(
                optional("CidrBlock"),
                required("Egress"),
                optional("Icmp.Code"),
                optional("Icmp.Type"),
                optional("Ipv6CidrBlock"),
                required("NetworkAclId"),
                optional("PortRange.From"),
                optional("PortRange.To"),
                required("Protocol"),
                required("RuleAction"),
                required("RuleNumber"));
    }

    private Consumer<XmlAnswer> put(Call call, boolean replace) {
        String id = call.id("NetworkAclId", Kind.NETWORK_ACL);
        AclEntry entry = entry(call.parameters());
        NetworkAcls.get(snapshots.now(call.tenant()), id);
        try {
            catalog.apply(
                    new CatalogCommand.PutAclEntry(call.tenant(), new AclId(id), entry, replace),
                    id);
        } catch (Problem problem) {
            throw refusal(problem, entry.egress(), entry.ruleNumber());
        }
        return Operation.DONE;
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = call.id("NetworkAclId", Kind.NETWORK_ACL);
        int number = ruleNumber(call.parameters());
        boolean egress = egress(call.parameters());
        NetworkAcls.get(snapshots.now(call.tenant()), id);
        try {
            catalog.apply(
                    new CatalogCommand.DeleteAclEntry(call.tenant(), new AclId(id), egress, number),
                    id);
        } catch (Problem problem) {
            throw refusal(problem, egress, number);
        }
        return Operation.DONE;
    }

    /** The ACL itself is told to be absent where it went meanwhile. */
    private static RuntimeException refusal(Problem problem, boolean egress, int number) {
        if (problem.code() == ProblemCode.CONFLICT) {
            return new Ec2Error(
                    "NetworkAclEntryAlreadyExists",
                    "The network acl entry identified by " + number + " already exists.");
        }
        boolean entry =
                problem.member("resource").map(key -> key.contains(" entry ")).orElse(false);
        return problem.code() == ProblemCode.NOT_FOUND && entry
                ? new Ec2Error(
                        "InvalidNetworkAclEntry.NotFound",
                        "no " + (egress ? "egress" : "ingress") + " entry with number " + number)
                : problem;
    }

    private static AclEntry entry(Parameters sent) {
        AclEntry open =
                new AclEntry(
                        ruleNumber(sent),
                        egress(sent),
                        protocol(sent.required("Protocol")),
                        allows(sent.required("RuleAction")),
                        prefix(sent),
                        0,
                        PORTS,
                        -1,
                        -1);
        if (open.judgesPorts()) {
            int from = needed(sent, "PortRange.From", 0, PORTS);
            int to = needed(sent, "PortRange.To", 0, PORTS);
            if (to < from) {
                throw Ec2Error.invalid(
                        "PortRange.To", Integer.toString(to), "It must not be below From.");
            }
            return with(open, from, to, -1, -1);
        }
        if (open.judgesIcmp()) {
            int type = needed(sent, "Icmp.Type", -1, OCTET);
            int code = needed(sent, "Icmp.Code", -1, OCTET);
            // All types have all codes.
            return with(open, 0, PORTS, type, type < 0 ? -1 : code);
        }
        return open;
    }

    private static AclEntry with(AclEntry entry, int from, int to, int type, int code) {
        return new AclEntry(
                entry.ruleNumber(),
                entry.egress(),
                entry.protocol(),
                entry.allow(),
                entry.prefix(),
                from,
                to,
                type,
                code);
    }

    private static int needed(Parameters sent, String name, int least, int most) {
        return sent.number(name, least, most).orElseThrow(() -> Ec2Error.missing(name));
    }

    private static int ruleNumber(Parameters sent) {
        return needed(sent, "RuleNumber", 1, AclEntry.RULE_MAX);
    }

    private static boolean egress(Parameters sent) {
        return sent.flag("Egress").orElseThrow(() -> Ec2Error.missing("Egress"));
    }

    private static boolean allows(String action) {
        return switch (action) {
            case "allow" -> true;
            case "deny" -> false;
            default -> throw Ec2Error.invalid("RuleAction", action, "Use allow or deny.");
        };
    }

    private static int protocol(String text) {
        Integer named = PROTOCOLS.get(text);
        if (named != null) {
            return named;
        }
        if (!text.matches("-1|[0-9]{1,3}") || Integer.parseInt(text) > OCTET) {
            throw Ec2Error.invalid("Protocol", text, "It must be a protocol number, or -1.");
        }
        return Integer.parseInt(text);
    }

    private static IpPrefix prefix(Parameters sent) {
        Optional<String> v4 = sent.text("CidrBlock");
        Optional<String> v6 = sent.text("Ipv6CidrBlock");
        if (v4.isPresent() && v6.isPresent()) {
            throw Ec2Error.combination(
                    "The parameters CidrBlock and Ipv6CidrBlock cannot be used together");
        }
        return v6.map(text -> Vpcs.prefix("Ipv6CidrBlock", text))
                .orElseGet(() -> Vpcs.prefix("CidrBlock", sent.required("CidrBlock")));
    }
}
