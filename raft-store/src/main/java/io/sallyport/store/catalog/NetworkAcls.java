package io.sallyport.store.catalog;

import io.sallyport.net.FlowKey;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.List;
import java.util.Optional;

/**
 * The reference semantics of a network ACL: the shortest right answer, by which faster ones are
 * tested. The lowest rule number of the direction that matches decides; without a match the packet
 * is denied. A rule of one family never matches the other.
 */
public final class NetworkAcls {

    private NetworkAcls() {}

    /**
     * @param entries in any order
     * @param egress whether the packet goes from a client to a remote
     * @param remote the far end's address, in either direction
     * @param targetPort the packet's target port; counts for TCP and UDP only
     * @param icmpType counts for ICMP of the packet's own family only; likewise the code
     */
    public static AclDecision decide(
            List<AclEntry> entries,
            boolean egress,
            Protocol protocol,
            IpAddress remote,
            int targetPort,
            int icmpType,
            int icmpCode) {
        Optional<AclEntry> first = Optional.empty();
        for (AclEntry entry : entries) {
            boolean matches =
                    entry.egress() == egress
                            && (entry.protocol() == -1 || entry.protocol() == protocol.number())
                            && entry.prefix().contains(remote)
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
                                remote.isV4() ? AclDecision.NO_MATCH_V4 : AclDecision.NO_MATCH_V6));
    }

    private static boolean all(int wanted, int found) {
        return wanted == -1 || wanted == found;
    }

    /**
     * The same for a packet by its 5-tuple: the remote is its target going out and its source
     * coming in.
     */
    public static AclDecision decide(
            List<AclEntry> entries, boolean egress, FlowKey packet, int icmpType, int icmpCode) {
        return decide(
                entries,
                egress,
                packet.protocol(),
                (egress ? packet.target() : packet.source()).address(),
                packet.target().port(),
                icmpType,
                icmpCode);
    }
}
