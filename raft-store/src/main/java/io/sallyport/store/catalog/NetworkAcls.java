package io.sallyport.store.catalog;

import io.sallyport.net.FlowKey;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The reference semantics of a network ACL: the shortest right answer, by which faster ones are
 * tested. The lowest rule number of the direction that matches decides; without a match the packet
 * is denied. A rule of one family never matches the other.
 */
public final class NetworkAcls {

    /** The rule of a default ACL that allows all IPv4, in either direction; then that of IPv6. */
    private static final int DEFAULT_V4 = 100;

    private static final int DEFAULT_V6 = 101;

    private NetworkAcls() {}

    /**
     * @param entries in any order
     * @param egress whether the packet leaves
     * @param far the packet's target where it leaves, its source where it comes in
     * @param near its other address
     * @param targetPort the packet's target port; counts for TCP and UDP only
     * @param icmpType counts for ICMP of the packet's own family only; likewise the code
     */
    public static AclDecision decide(
            List<AclEntry> entries,
            boolean egress,
            Protocol protocol,
            IpAddress far,
            IpAddress near,
            int targetPort,
            int icmpType,
            int icmpCode) {
        Optional<AclEntry> first = Optional.empty();
        for (AclEntry entry : entries) {
            boolean matches =
                    entry.egress() == egress
                            && (entry.protocol() == -1 || entry.protocol() == protocol.number())
                            && entry.prefix().contains(far)
                            && entry.near().map(prefix -> prefix.contains(near)).orElse(true)
                            && (!entry.judgesPorts()
                                    || (entry.portFrom() <= targetPort
                                            && targetPort <= entry.portTo()))
                            && (!entry.judgesIcmp()
                                    || (all(entry.icmpType(), icmpType)
                                            && all(entry.icmpCode(), icmpCode)));
            if (matches && (first.isEmpty() || entry.ruleNumber() < first.get().ruleNumber())) {
                first = Optional.of(entry);
            }
        }
        return first.map(entry -> new AclDecision(entry.allow(), entry.ruleNumber()))
                .orElseGet(() ->
                        new AclDecision(
                                false,
                                far.isV4() ? AclDecision.NO_MATCH_V4 : AclDecision.NO_MATCH_V6));
    }

    private static boolean all(int wanted, int found) {
        return wanted == -1 || wanted == found;
    }

    /** The same for a packet by its 5-tuple. */
    public static AclDecision decide(
            List<AclEntry> entries, boolean egress, FlowKey packet, int icmpType, int icmpCode) {
        return decide(
                entries,
                egress,
                packet.protocol(),
                (egress ? packet.target() : packet.source()).address(),
                (egress ? packet.source() : packet.target()).address(),
                packet.target().port(),
                icmpType,
                icmpCode);
    }

    /** What a default ACL begins with, as AWS has it: everything of the VPC's families passes. */
    static List<AclEntry> allowAll(List<IpPrefix> prefixes) {
        boolean v6 = prefixes.stream().anyMatch(prefix -> !prefix.address().isV4());
        return Stream.of(false, true)
                .flatMap(egress ->
                        v6
                                ? Stream.of(
                                        allow(DEFAULT_V4, egress, "0.0.0.0/0"),
                                        allow(DEFAULT_V6, egress, "::/0"))
                                : Stream.of(allow(DEFAULT_V4, egress, "0.0.0.0/0")))
                .toList();
    }

    private static AclEntry allow(int rule, boolean egress, String prefix) {
        return new AclEntry(rule, egress, -1, true, IpPrefix.parse(prefix), 0, 65535, -1, -1);
    }
}
