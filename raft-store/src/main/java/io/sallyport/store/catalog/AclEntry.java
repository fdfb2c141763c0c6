package io.sallyport.store.catalog;

import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;

/**
 * One rule of a network ACL (AWS: NetworkAclEntry).
 *
 * @param ruleNumber 1 to 32766; lowest first, first match wins
 * @param egress true: judges packets from clients to remotes, by the remote's address; false:
 *     packets from remotes to clients, by the remote's address
 * @param protocol IANA number, or -1 for all
 * @param portFrom first target port (TCP, UDP); 0 to 65535
 * @param portTo last target port, not below {@code portFrom}
 * @param icmpType -1 for all
 * @param icmpCode -1 for all
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
        int icmpCode) {

    /** Greater numbers are reserved; 32767 is the implicit deny. */
    public static final int RULE_MAX = 32766;

    /** Whether the port range counts: TCP and UDP only. */
    public boolean judgesPorts() {
        return protocol == Protocol.TCP.number() || protocol == Protocol.UDP.number();
    }

    /** Whether ICMP type and code count: each family's own ICMP only. */
    public boolean judgesIcmp() {
        return protocol == (prefix.address().isV4() ? Protocol.ICMP : Protocol.ICMPV6).number();
    }
}
