package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.Keeping.Refusal;

/**
 * Why a packet did not go on. The number is the metric's label, the flow record's cause and the
 * line in docs/operations/drop-reasons.md; it is never used again for anything else.
 */
public enum DropReason {
    NOT_ACTING(1, "This node is not a member of its epoch, or its horizon has passed."),
    FRAME_TRUNCATED(2, "The frame is shorter than its headers say, or was cut by the door."),
    NOT_IP(3, "Neither IPv4, IPv6, ARP nor neighbour discovery."),
    IPV4_HEADER_BAD(4, "IPv4 version, header length or total length is impossible."),
    IPV4_CHECKSUM_BAD(5, "The IPv4 header checksum is wrong."),
    IPV4_OPTION_REFUSED(6, "A source-route option, or options that do not parse."),
    IPV6_HEADER_BAD(7, "IPv6 version or payload length is impossible."),
    IPV6_EXTENSIONS_BAD(8, "Too many, malformed or refused IPv6 extension headers."),
    TCP_HEADER_BAD(9, "The TCP header is cut short or its length is impossible."),
    UDP_HEADER_BAD(10, "The UDP header is cut short or its length is impossible."),
    ICMP_HEADER_BAD(11, "The ICMP message is cut short."),
    ICMP_CHECKSUM_BAD(12, "The checksum of an ICMP error is wrong."),
    OFFLOAD_BAD(13, "The door's offload header does not fit the packet."),
    PROTOCOL_UNSUPPORTED(14, "Neither TCP, UDP nor ICMP."),
    ICMP_UNSUPPORTED(15, "An ICMP message that is neither echo nor a translatable error."),
    FRAGMENT_TINY(16, "A first fragment without its whole transport header, or one over it."),
    FRAGMENT_WITHOUT_FIRST(17, "A later fragment whose first fragment did not come in time."),
    FRAGMENTS_TOO_MANY(18, "No room for one more waiting fragment."),
    SOURCE_MARTIAN(19, "The source address can be nobody's: multicast, unspecified, loopback."),
    NOT_UNICAST(20, "The destination is multicast, broadcast, link-local or loopback."),
    VNI_UNKNOWN(21, "No VPC has this VXLAN network identifier."),
    TUNNEL_ENDPOINT_REFUSED(22, "The VPC does not allow packets from this tunnel endpoint."),
    VXLAN_HEADER_BAD(23, "Not a VXLAN header with an inner Ethernet frame."),
    SOURCE_NOT_IN_VPC(24, "The source address is outside the VPC's prefixes."),
    NO_GATEWAY(25, "No route of the client's subnet leads to a gateway."),
    TO_GATEWAY_ITSELF(26, "Sent to the gateway's own private address, which answers nothing."),
    DESTINATION_IN_VPC(27, "The destination is inside the VPC; a gateway does not route there."),
    HAIRPIN(28, "The destination is an elastic IP of this cluster."),
    NO_EIP(29, "The gateway has no elastic IP of the packet's family."),
    ACL_DENIED_OUT(30, "The network ACL denies it (egress)."),
    ACL_DENIED_IN(31, "The network ACL denies it (ingress)."),
    TTL_EXPIRED(32, "TTL or hop limit is used up."),
    TOO_BIG(33, "Longer than the path's MTU and not to be fragmented."),
    NEXT_HOP_UNRESOLVED(34, "The next hop's MAC was not found in time."),
    WAITING_ROOM_FULL(35, "Too many packets wait for their connection."),
    WAITED_TOO_LONG(36, "No answer about its connection came in time."),
    PORTS_EXHAUSTED(37, "No free port towards this destination."),
    STORE_SILENT(38, "The store did not answer in time and no port was in hand."),
    KEEPERS_SILENT(39, "Home, gate or keepers did not answer in time."),
    UNKNOWN_CONNECTION(40, "Nobody knows such a connection."),
    ENDING(41, "The connection is being ended."),
    OVERLOADED(42, "Too many opens or questions are under way, or the table is full."),
    EIP_GONE(43, "The elastic IP is no longer this gateway's."),
    STOPPED(44, "Held back while the connection's home decides about its end."),
    SEND_FAILED(45, "The kernel refused to send it."),
    SEND_QUEUE_FULL(46, "The kernel's send queue was full."),
    NO_WAY_IN(47, "No door leads to the client."),
    SEGMENT_BAD(48, "A large receive that cannot be cut into segments."),
    PORTS_OVER_QUOTA(49, "The tenant leases as many ports as its quota allows."),
    COLD_QUOTA_CLIENT(50, "This client opens too many cold destinations per second."),
    COLD_QUOTA_TENANT(51, "This tenant's clients open too many cold destinations per second."),
    PUNTS_FULL(52, "The kernel path had no room left to hand it up to the node."),
    TUNNEL_ADDRESS(53, "A tunnel's packet to another address of the box than the tunnel's own."),
    EIP_MOVING(54, "The elastic IP waits for nodes to let go of its former owner."),
    CLIENT_ELSEWHERE(55, "From another place than the connection's client, and no proof of it.");

    private static final DropReason[] REFUSED = refused();

    private final int number;
    private final String meaning;

    DropReason(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** 1 to 255; stable for ever. */
    public int number() {
        return number;
    }

    /** One sentence for the docs and the metric's help. */
    public String meaning() {
        return meaning;
    }

    /** The reason of the same name. */
    static DropReason of(Refusal refusal) {
        return REFUSED[refusal.ordinal()];
    }

    private static DropReason[] refused() {
        Refusal[] refusals = Refusal.values();
        DropReason[] reasons = new DropReason[refusals.length];
        for (Refusal refusal : refusals) {
            reasons[refusal.ordinal()] = valueOf(refusal.name());
        }
        return reasons;
    }
}
