/*
 * What became of a packet: the index into stats, and the reason in a punt record. Numbers are
 * never used again for anything else. Below 128: dropped here, as Java's DropReason of that
 * number. From 128: handed up. From 192: the rest.
 */
#pragma once

enum {
    DROP_NOT_ACTING = 1,
    DROP_NOT_IP = 3,
    DROP_SEND_FAILED = 45,
    DROP_PUNTS_FULL = 52,
    DROP_TUNNEL_ADDRESS = 53,

    PUNT_MISS = 128,       /* no connection has this key */
    PUNT_NEIGHBOUR = 129,  /* ARP, neighbour solicitation: the kernel sees it too */
    PUNT_NOT_IP = 130,     /* neither, in a tunnel */
    PUNT_HEADER = 131,     /* an IP header that is cut short or wrong */
    PUNT_OPTIONS = 132,    /* IPv4 options, IPv6 extension headers */
    PUNT_PROTOCOL = 133,   /* neither TCP nor UDP */
    PUNT_FLAGS = 134,      /* SYN, FIN, RST */
    PUNT_FIRST = 135,      /* a datagram's first fragment */
    PUNT_FRAGMENT = 136,   /* a later one, whose first was not seen */
    PUNT_TTL = 137,        /* used up */
    PUNT_MTU = 138,        /* longer than the next hop takes */
    PUNT_STATE = 139,      /* stopped, closing, denied, not in order */
    PUNT_POLICY = 140,     /* judged under another ACL version */
    PUNT_HOP = 141,        /* the next hop is not known */
    PUNT_PATH = 142,       /* the client was elsewhere before */
    PUNT_VPC = 143,        /* from a device of several VPCs */
    PUNT_TRANSPORT = 144,  /* a transport header that is cut short or wrong */
    PUNT_WINDOW = 145,     /* TCP, and its numbers are not where the stream is */

    HIT_OUT = 192,
    HIT_IN = 193,
    HIT_FRAGMENT = 194, /* of those, fragments */
    PASSED = 195,       /* not the gateway's: left to the kernel */

    STATS = 256,
};
