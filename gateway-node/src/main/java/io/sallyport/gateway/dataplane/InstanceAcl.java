package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.acl.AclPair;
import io.sallyport.gateway.acl.CompiledAcl;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.store.catalog.AclEntry;
import java.util.List;

/**
 * The network ACL of an instance's subnet, as packets meet it that are translated 1:1. Nothing is
 * remembered, so each packet of either direction is judged by itself, as AWS does it; that an ACL
 * is stateful has no meaning here. A datagram's later fragments have no port: they pass where the
 * first one of some datagram between the two would, since nobody can use them without one; a rule
 * that denies some ports only does not concern them.
 */
@HotPath
final class InstanceAcl {

    private static final int LAST_PORT = 65_535;
    private static final int ANY = -1;

    final AclPair rules;
    private final CompiledAcl laterOut;
    private final CompiledAcl laterIn;

    /** Any thread; some 70 ms where there are 10,000 entries. */
    InstanceAcl(AclPair rules) {
        this.rules = rules;
        laterOut = new CompiledAcl(ofLater(rules.egress.rules()), true);
        laterIn = new CompiledAcl(ofLater(rules.ingress.rules()), false);
    }

    private static List<AclEntry> ofLater(List<AclEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.allow() || !looksInside(entry))
                .map(InstanceAcl::widened)
                .toList();
    }

    private static boolean looksInside(AclEntry entry) {
        boolean somePorts = entry.portFrom() > 0 || entry.portTo() < LAST_PORT;
        boolean someTypes = entry.icmpType() != ANY || entry.icmpCode() != ANY;
        return entry.judgesPorts() && somePorts || entry.judgesIcmp() && someTypes;
    }

    private static AclEntry widened(AclEntry entry) {
        return new AclEntry(
                entry.ruleNumber(),
                entry.egress(),
                entry.protocol(),
                entry.allow(),
                entry.prefix(),
                0,
                LAST_PORT,
                ANY,
                ANY,
                entry.near());
    }

    /** Whether a packet passes; the rule that decides is told so. */
    boolean allows(Packet packet, boolean outward, CompiledInstance instance) {
        long farHigh = outward ? packet.targetHigh : packet.sourceHigh;
        long farLow = outward ? packet.targetLow : packet.sourceLow;
        boolean later = packet.fragmentOffset != 0;
        CompiledAcl acl = later ? (outward ? laterOut : laterIn) : rules.direction(outward);
        int rule =
                acl.deciding(
                        packet.protocol,
                        farHigh,
                        farLow,
                        instance.privateHigh,
                        instance.privateLow,
                        packet.targetPort,
                        packet.icmpType,
                        packet.icmpCode);
        if (!later) {
            acl.hit(rule, packet.segments);
        }
        return acl.allows(rule);
    }
}
