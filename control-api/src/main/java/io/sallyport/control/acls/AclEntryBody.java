package io.sallyport.control.acls;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it is asked for and as it is shown.
 *
 * @param ruleNumber 1 to 32766; the lowest that matches decides
 * @param egress true for packets that leave the subnet, or a gateway towards the remote; false for
 *     those that come in
 * @param protocol a number, {@code -1} or {@code all} for all, or tcp, udp, icmp, icmpv6
 * @param cidr of the target of what leaves, of the source of what comes in
 * @param portRange target ports: needed for TCP and UDP, of no meaning for others
 * @param icmp needed for ICMP of the CIDR's own family
 * @param nearCidr of the packet's other address, which AWS's rules do not judge by; left out: any
 */
record AclEntryBody(
        @Nullable Integer ruleNumber,
        @Nullable Boolean egress,
        @Nullable String protocol,
        @Nullable Action action,
        @Nullable String cidr,
        @Nullable PortRange portRange,
        @Nullable Icmp icmp,
        @Nullable String nearCidr) {

    enum Action {
        @JsonProperty("allow")
        ALLOW,
        @JsonProperty("deny")
        DENY
    }

    record PortRange(@Nullable Integer from, @Nullable Integer to) {}

    /** -1 is every type, every code. */
    record Icmp(@Nullable Integer type, @Nullable Integer code) {}

    private static final Map<String, Integer> PROTOCOLS =
            Map.of(
                    "all", -1,
                    "icmp", Protocol.ICMP.number(),
                    "tcp", Protocol.TCP.number(),
                    "udp", Protocol.UDP.number(),
                    "icmpv6", Protocol.ICMPV6.number());

    AclEntry entry(String at) {
        IpPrefix prefix = Fields.prefix(at + ".cidr", cidr);
        AclEntry open =
                new AclEntry(
                        Fields.required(at + ".ruleNumber", ruleNumber),
                        Fields.required(at + ".egress", egress),
                        number(at + ".protocol", Fields.required(at + ".protocol", protocol)),
                        Fields.required(at + ".action", action) == Action.ALLOW,
                        prefix,
                        0,
                        65535,
                        -1,
                        -1,
                        Optional.ofNullable(nearCidr)
                                .map(near -> Fields.prefix(at + ".nearCidr", near)));
        if (open.judgesPorts()) {
            PortRange ports = Fields.required(at + ".portRange", portRange);
            return with(
                    open,
                    Fields.required(at + ".portRange.from", ports.from()),
                    Fields.required(at + ".portRange.to", ports.to()),
                    -1,
                    -1);
        }
        if (open.judgesIcmp()) {
            Icmp judged = Fields.required(at + ".icmp", icmp);
            return with(
                    open,
                    0,
                    65535,
                    Fields.required(at + ".icmp.type", judged.type()),
                    Fields.required(at + ".icmp.code", judged.code()));
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
                code,
                entry.near());
    }

    /** A protocol as it is asked for. */
    static int number(String field, String text) {
        Integer named = PROTOCOLS.get(text);
        if (named != null) {
            return named;
        }
        if (!text.matches("-1|[0-9]{1,3}")) {
            throw Problem.invalid(field, text, "-1, 0 to 255, all, tcp, udp, icmp or icmpv6");
        }
        return Integer.parseInt(text);
    }

    static AclEntryBody of(AclEntry entry) {
        return new AclEntryBody(
                entry.ruleNumber(),
                entry.egress(),
                Integer.toString(entry.protocol()),
                entry.allow() ? Action.ALLOW : Action.DENY,
                entry.prefix().toString(),
                entry.judgesPorts() ? new PortRange(entry.portFrom(), entry.portTo()) : null,
                entry.judgesIcmp() ? new Icmp(entry.icmpType(), entry.icmpCode()) : null,
                entry.near().map(IpPrefix::toString).orElse(null));
    }
}
