package io.sallyport.gateway.wire;

/**
 * Where things lie, in bytes from the header's begin.
 *
 * <pre>
 * Ethernet  target 6 | source 6 | type 2
 * ARP       hardware 2 | protocol 2 | 6 | 4 | operation 2 | MAC 6 | IP 4 | MAC 6 | IP 4
 * IPv4      version,ihl 1 | tos 1 | total 2 | id 2 | flags,offset 2 | ttl 1 | proto 1 | sum 2 | src 4 | dst 4
 * IPv6      version.. 4 | payload 2 | next 1 | hops 1 | src 16 | dst 16
 * TCP       src 2 | dst 2 | seq 4 | ack 4 | offset 1 | flags 1 | window 2 | sum 2 | urgent 2
 * UDP       src 2 | dst 2 | length 2 | sum 2
 * ICMP      type 1 | code 1 | sum 2 | id or rest 4
 * VXLAN     flags 1 | 3 | vni 3 | 1
 * </pre>
 */
public final class Headers {

    public static final int ETHERNET = 14;
    public static final int ETHERNET_SOURCE = 6;
    public static final int ETHERNET_TYPE = 12;
    public static final int TYPE_IPV4 = 0x0800;
    public static final int TYPE_ARP = 0x0806;
    public static final int TYPE_IPV6 = 0x86dd;
    public static final long BROADCAST_MAC = 0xffff_ffff_ffffL;

    public static final int ARP = 28;
    public static final int ARP_OPERATION = 6;
    public static final int ARP_SENDER_MAC = 8;
    public static final int ARP_SENDER_IP = 14;
    public static final int ARP_TARGET_MAC = 18;
    public static final int ARP_TARGET_IP = 24;

    public static final int IPV4 = 20;
    public static final int IPV4_TOTAL = 2;
    public static final int IPV4_ID = 4;
    public static final int IPV4_FRAGMENT = 6;
    public static final int IPV4_TTL = 8;
    public static final int IPV4_PROTOCOL = 9;
    public static final int IPV4_CHECKSUM = 10;
    public static final int IPV4_SOURCE = 12;
    public static final int IPV4_TARGET = 16;
    public static final int IPV4_DONT_FRAGMENT = 0x4000;
    public static final int IPV4_MORE = 0x2000;
    public static final int IPV4_OFFSET_MASK = 0x1fff;

    public static final int IPV6 = 40;
    public static final int IPV6_PAYLOAD = 4;
    public static final int IPV6_NEXT = 6;
    public static final int IPV6_HOPS = 7;
    public static final int IPV6_SOURCE = 8;
    public static final int IPV6_TARGET = 24;
    public static final int IPV6_FRAGMENT = 44;

    public static final int ICMP_PROTOCOL = 1;
    public static final int TCP_PROTOCOL = 6;
    public static final int UDP_PROTOCOL = 17;
    public static final int ICMPV6_PROTOCOL = 58;

    public static final int TCP = 20;
    public static final int TCP_SEQUENCE = 4;
    public static final int TCP_ACKNOWLEDGE = 8;
    public static final int TCP_OFFSET = 12;
    public static final int TCP_FLAGS = 13;
    public static final int TCP_WINDOW = 14;
    public static final int TCP_CHECKSUM = 16;
    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;
    public static final int CWR = 128;

    public static final int UDP = 8;
    public static final int UDP_LENGTH = 4;
    public static final int UDP_CHECKSUM = 6;

    public static final int ICMP = 8;
    public static final int ICMP_CODE = 1;
    public static final int ICMP_CHECKSUM = 2;
    public static final int ICMP_ID = 4;

    public static final int VXLAN = 8;
    public static final int VXLAN_VNI = 4;
    public static final int VXLAN_VALID = 0x08;

    private Headers() {}

    /** Where a protocol's checksum lies in its header. */
    public static int checksumAt(int protocol) {
        return switch (protocol) {
            case TCP_PROTOCOL -> TCP_CHECKSUM;
            case UDP_PROTOCOL -> UDP_CHECKSUM;
            default -> ICMP_CHECKSUM;
        };
    }

    /** ICMPv4 alone is summed without addresses. */
    public static boolean sumsAddresses(int protocol) {
        return protocol != ICMP_PROTOCOL;
    }

    public static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == 0xffffL;
    }
}
