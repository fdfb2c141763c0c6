package io.sallyport.store.catalog;

import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import java.util.Optional;

/**
 * One rule of a network ACL (AWS: NetworkAclEntry).
 *
 * @param ruleNumber 1 to 32766; lowest first, first match wins
 * @param egress true: judges packets that leave; false: those that come in. What leaves a gateway's
 *     own ACL goes from a client to a remote
 * @param protocol IANA number, or -1 for all
 * @param prefix of the far address: the packet's target where it leaves, its source where it comes
 *     in; the remote's at a gateway's own ACL
 * @param portFrom first target port (TCP, UDP); 0 to 65535
 * @param portTo last target port, not below {@code portFrom}
 * @param icmpType -1 for all
 * @param icmpCode -1 for all
 * @param near of the packet's other address, which AWS's rules do not judge by; of the family of
 *     {@code prefix}. Empty: any
 */
public record AclEntry(
        int ruleNumber,
        boolean egress,
        int protocol,
        boolean allow,
        IpPrefix prefix,
        int portFrom,
        int portTo,
        int icmpType,
        int icmpCode,
        Optional<IpPrefix> near) {

    /** Greater numbers are reserved; 32767 is the implicit deny. */
    public static final int RULE_MAX = 32766;

    /** As AWS has it: whatever the near address is. */
    public AclEntry(
            int ruleNumber,
            boolean egress,
            int protocol,
            boolean allow,
            IpPrefix prefix,
            int portFrom,
            int portTo,
            int icmpType,
            int icmpCode) {
        this(
                ruleNumber,
                egress,
                protocol,
                allow,
                prefix,
                portFrom,
                portTo,
                icmpType,
                icmpCode,
                Optional.empty());
    }

    /** Whether the port range counts: TCP and UDP only. */
    public boolean judgesPorts() {
        return protocol == Protocol.TCP.number() || protocol == Protocol.UDP.number();
    }

    /** Whether ICMP type and code count: each family's own ICMP only. */
    public boolean judgesIcmp() {
        return protocol == (prefix.address().isV4() ? Protocol.ICMP : Protocol.ICMPV6).number();
    }
}
