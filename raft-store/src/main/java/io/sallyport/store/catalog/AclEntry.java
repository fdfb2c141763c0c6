package io.sallyport.store.catalog;

import io.sallyport.net.IpPrefix;

/**
 * One rule of a network ACL (AWS: NetworkAclEntry).
 *
 * @param ruleNumber 1 to 32766; lowest first, first match wins
 * @param egress true: judges packets from clients to remotes, by the remote's address; false:
 *     packets from remotes to clients, by the remote's address
 * @param protocol IANA number, or -1 for all
 * @param portFrom first target port (TCP, UDP); 0 to 65535
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
        int icmpCode) {}
