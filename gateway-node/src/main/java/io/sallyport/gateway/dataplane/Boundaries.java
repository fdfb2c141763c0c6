package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.ICMPV6_PROTOCOL;
import static io.sallyport.gateway.wire.Headers.isMapped;

import io.sallyport.gateway.acl.AclPair;
import io.sallyport.gateway.acl.CompiledAcl;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.store.catalog.AclPath.Boundary;
import org.jspecify.annotations.Nullable;

/**
 * The network ACLs on the way between one client and one remote, and what they say of its packets:
 * what {@link io.sallyport.store.catalog.AclPath} says, without allocating. It is told a flow, then
 * asked. One thread at a time.
 */
@HotPath
final class Boundaries {

    static final int CLIENT_SUBNET = Boundary.CLIENT_SUBNET.ordinal();
    static final int INSIDE = Boundary.GATEWAY_SUBNET_INSIDE.ordinal();
    static final int GATEWAY = Boundary.GATEWAY.ordinal();
    static final int OUTSIDE = Boundary.GATEWAY_SUBNET_OUTSIDE.ordinal();
    static final int COUNT = 4;

    private static final int ECHO = 8;
    private static final int ECHO_V6 = 128;

    /** Null: there is none at the boundary. */
    private final @Nullable AclPair[] acls = new AclPair[COUNT];

    /** The rules that decided the last question, and how far it came. */
    private final int[] decided = new int[COUNT];

    private int asked;
    private boolean outward;

    private int protocol;
    private long clientHigh;
    private long clientLow;
    private int clientPort;
    private long remoteHigh;
    private long remoteLow;
    private int remotePort;
    private long privateHigh;
    private long privateLow;
    private int natPort;

    /**
     * @param vpc null: its subnets are not known
     * @param natPort counts for what comes in
     */
    void flow(
            @Nullable CompiledVpc vpc,
            CompiledGateway gateway,
            int protocol,
            long clientHigh,
            long clientLow,
            int clientPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            int natPort) {
        this.protocol = protocol;
        this.clientHigh = clientHigh;
        this.clientLow = clientLow;
        this.clientPort = clientPort;
        this.remoteHigh = remoteHigh;
        this.remoteLow = remoteLow;
        this.remotePort = remotePort;
        this.natPort = natPort;
        boolean v4 = isMapped(clientHigh, clientLow);
        privateHigh = v4 ? 0 : gateway.privateV6High;
        privateLow = v4 ? gateway.privateLow : gateway.privateV6Low;
        acls[CLIENT_SUBNET] = null;
        acls[INSIDE] = null;
        if (vpc != null) {
            int own = vpc.subnets.find(clientHigh, clientLow);
            if (own != SubnetSet.NONE && own != gateway.subnet) {
                acls[CLIENT_SUBNET] = vpc.subnets.acl(own);
                acls[INSIDE] = gateway.subnetAcl;
            }
        }
        acls[GATEWAY] = gateway.acl;
        acls[OUTSIDE] = gateway.subnetAcl;
    }

    /** Whether all let a packet of the flow pass, asked in the order in which it meets them. */
    boolean allows(boolean out, int type, int code) {
        outward = out;
        for (asked = 0; asked < COUNT; asked++) {
            int at = at(asked);
            AclPair acl = acls[at];
            if (acl != null) {
                int rule = deciding(acl, at, out, type, code);
                decided[at] = rule;
                if (!direction(acl, at, out).allows(rule)
                        && (out || !acl.stateful || !opens(acl, at))) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * The same for an ICMP error about a packet of the flow.
     *
     * @param farHigh who sends it, where it comes in; to whom it goes, where it goes out
     * @param insideHigh to whom it goes, or who sends it
     */
    boolean allowsError(
            boolean out,
            int errorProtocol,
            long farHigh,
            long farLow,
            long insideHigh,
            long insideLow,
            int type,
            int code) {
        outward = out;
        for (asked = 0; asked < COUNT; asked++) {
            int at = at(asked);
            AclPair acl = acls[at];
            if (acl != null) {
                boolean inside = at == INSIDE;
                boolean outside = at == OUTSIDE;
                CompiledAcl rules = direction(acl, at, out);
                int rule =
                        rules.deciding(
                                errorProtocol,
                                inside ? insideHigh : farHigh,
                                inside ? insideLow : farLow,
                                inside ? farHigh : outside ? privateHigh : insideHigh,
                                inside ? farLow : outside ? privateLow : insideLow,
                                0,
                                type,
                                code);
                decided[at] = rule;
                if (!rules.allows(rule) && (!acl.stateful || !opens(acl, at))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The rules that decided the last question have done so for so many packets. */
    void count(long packets) {
        for (int i = 0; i <= asked && i < COUNT; i++) {
            int at = at(i);
            AclPair acl = acls[at];
            if (acl != null) {
                direction(acl, at, outward).hit(decided[at], packets);
            }
        }
    }

    private int at(int step) {
        return outward ? step : COUNT - 1 - step;
    }

    /** Whether a stateful ACL lets the packet out that opens the connection. */
    private boolean opens(AclPair acl, int at) {
        int type = protocol == ICMPV6_PROTOCOL ? ECHO_V6 : ECHO;
        return direction(acl, at, true).allows(deciding(acl, at, true, type, 0));
    }

    private static CompiledAcl direction(AclPair acl, int at, boolean out) {
        return acl.direction(out != (at == INSIDE));
    }

    private int deciding(AclPair acl, int at, boolean out, int type, int code) {
        boolean inside = at == INSIDE;
        boolean outside = at == OUTSIDE;
        return direction(acl, at, out)
                .deciding(
                        protocol,
                        inside ? clientHigh : remoteHigh,
                        inside ? clientLow : remoteLow,
                        inside ? remoteHigh : outside ? privateHigh : clientHigh,
                        inside ? remoteLow : outside ? privateLow : clientLow,
                        out ? remotePort : outside ? natPort : clientPort,
                        type,
                        code);
    }

    /** Null: there is none. Cold. */
    @Nullable AclPair acl(int at) {
        return acls[at];
    }

    /** How many boundaries the last question came to. Cold. */
    int reached() {
        return Math.min(asked + 1, COUNT);
    }

    /** The rule that decided at the boundary. Cold. */
    int decided(int at) {
        return decided[at];
    }
}
