/* Bounds and constants of the wire. */
#pragma once

#define LAYOUT 6         /* version of structs.h and maps.h together: part of the pins' path */

#define PROBES 8         /* buckets looked at before Java is asked, who looks at 32 */
#define ENTRIES 7        /* of one bucket */
#define FRAGMENT_NANOS 30000000000LL /* as long as receivers wait for the rest of a datagram */
#define OUTSIDE_SPACE (1ULL << 40)    /* in the hash of a key from outside, beside the protocol */
#define OUTSIDE_FRAGMENTS (1U << 24)  /* stands for the VPC in a fragment's key from outside */

#define ETHERNET 14
#define IPV4 20
#define IPV6 40
#define IPV6_FRAGMENT 8
#define TCP 20
#define UDP 8
#define VXLAN 8
#define VXLAN_IDENTIFIED 0x08000000U    /* its flags: it has an identifier, and nothing else */
#define MAPPED 0xffff00000000ULL      /* an IPv4 address in the low half of 128 bits */

#define TYPE_IPV4 0x0800
#define TYPE_ARP 0x0806
#define TYPE_IPV6 0x86dd
#define PROTOCOL_FRAGMENT 44
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define PROTOCOL_ICMPV6 58
#define NEIGHBOUR_SOLICITATION 135

#define FRAGMENT_MORE 0x2000
#define FRAGMENT_OFFSET 0x1fff

#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define ACK 0x10
#define WINDOW (32 << 20)             /* as large as Linux lets a receive buffer grow */
#define FLAGS_NOTED 0x3f              /* without ECE and CWR, as Java's TcpTracker */

/* A punted frame is copied whole; reserving wants constant sizes. */
#define PUNT_SMALL 256
#define PUNT_MIDDLE 2048
#define PUNT_LARGE (65536 + 64)
