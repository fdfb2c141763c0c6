/*
 * Headers, read as Java's Parser reads them: every length is checked before it is used. What Java
 * would refuse or treat with care is not judged here, it goes up: so these checks may be stricter
 * than Java's, never laxer.
 */
#pragma once

#include "kernel.h"
#include "limits.h"
#include "reasons.h"

struct packet {
    u64 source_high, source_low, target_high, target_low;
    u32 length;    /* of the IP packet */
    u32 padding;   /* of the frame behind it */
    u32 transport; /* where the transport header begins in it */
    u32 headers;   /* of IP and transport together, which every segment repeats */
    u32 id, offset;
    u16 source_port, target_port;
    u8 protocol, ttl, more, flags;
    u32 sequence, ack;
    u32 segments, longest;
    u32 summed; /* its transport checksum is complete: there, or 0 and none */
};

/* Of less than 2^40. */
INLINE u32 fold(u64 sum) {
    sum = (sum >> 32) + (u32)sum;
    sum = (sum >> 16) + (sum & 0xffff);
    return (sum >> 16) + (sum & 0xffff);
}

/* 0, or why it goes up. */
INLINE int parse_ipv4(void *ip, void *end, u32 available, struct packet *p) {
    if (ip + IPV4 > end) {
        return PUNT_HEADER;
    }
    u32 *words = ip;
    u8 *octets = ip;
    u32 first = octets[0];
    p->length = swap16(*(u16 *)(ip + 2));
    if (first >> 4 != 4 || (first & 15) < 5 || p->length < IPV4 || p->length > available) {
        return PUNT_HEADER;
    }
    u32 fragment = swap16(*(u16 *)(ip + 6));
    p->ttl = octets[8];
    p->protocol = octets[9];
    p->source_high = 0;
    p->source_low = MAPPED | swap32(words[3]);
    p->target_high = 0;
    p->target_low = MAPPED | swap32(words[4]);
    p->transport = IPV4;
    p->id = swap16(*(u16 *)(ip + 4));
    p->offset = (fragment & FRAGMENT_OFFSET) * 8;
    p->more = (fragment & FRAGMENT_MORE) != 0;
    if (first != 0x45) {
        return PUNT_OPTIONS;
    }
    if (fold((u64)words[0] + words[1] + words[2] + words[3] + words[4]) != 0xffff) {
        return PUNT_HEADER;
    }
    return (p->offset | p->more) && p->offset + p->length - IPV4 > 0xffff ? PUNT_HEADER : 0;
}

INLINE int parse_ipv6(void *ip, void *end, u32 available, struct packet *p) {
    if (ip + IPV6 > end) {
        return PUNT_HEADER;
    }
    u8 *octets = ip;
    p->length = IPV6 + swap16(*(u16 *)(ip + 4));
    if (octets[0] >> 4 != 6 || p->length > available) {
        return PUNT_HEADER;
    }
    p->protocol = octets[6];
    p->ttl = octets[7];
    p->source_high = swap64(*(u64 *)(ip + 8));
    p->source_low = swap64(*(u64 *)(ip + 16));
    p->target_high = swap64(*(u64 *)(ip + 24));
    p->target_low = swap64(*(u64 *)(ip + 32));
    p->transport = IPV6;
    p->id = 0;
    p->offset = 0;
    p->more = 0;
    if ((!p->source_high && p->source_low >> 32 == 0xffff)
            || (!p->target_high && p->target_low >> 32 == 0xffff)) {
        return PUNT_HEADER; /* it would be taken for IPv4 in every key */
    }
    if (p->protocol == PROTOCOL_FRAGMENT) {
        void *header = ip + IPV6;
        if (header + IPV6_FRAGMENT > end || p->length < IPV6 + IPV6_FRAGMENT) {
            return PUNT_HEADER;
        }
        u32 field = swap16(*(u16 *)(header + 2));
        p->protocol = *(u8 *)header;
        p->transport = IPV6 + IPV6_FRAGMENT;
        p->offset = field & 0xfff8;
        p->more = field & 1;
        p->id = swap32(*(u32 *)(header + 4));
        if (p->offset + p->length - p->transport > 0xffff) {
            return PUNT_HEADER;
        }
        if (!(p->offset | p->more)) {
            return PUNT_OPTIONS; /* whole */
        }
    }
    return 0;
}

INLINE int is_options(u32 next) {
    return next == 0 || next == 43 || next == 60 || next == PROTOCOL_FRAGMENT;
}

/* Ports and flags of a whole packet or a first fragment; 0, or why it goes up. */
INLINE int parse_transport(void *at, void *end, struct packet *p) {
    u32 length = p->length - p->transport;
    if (p->protocol == PROTOCOL_TCP) {
        if (at + TCP > end || length < TCP) {
            return PUNT_TRANSPORT;
        }
        u32 header = (*(u8 *)(at + 12) >> 4) * 4;
        if (header < TCP || header > length) {
            return PUNT_TRANSPORT;
        }
        p->headers = p->transport + header;
        p->flags = *(u8 *)(at + 13) & FLAGS_NOTED;
        p->sequence = swap32(*(u32 *)(at + 4));
        p->ack = swap32(*(u32 *)(at + 8));
    } else if (p->protocol == PROTOCOL_UDP) {
        if (at + UDP > end || length < UDP) {
            return PUNT_TRANSPORT;
        }
        u32 told = swap16(*(u16 *)(at + 4));
        if (told < UDP || (p->more ? told <= length : told > length)) {
            return PUNT_TRANSPORT;
        }
        p->headers = p->transport + UDP;
        p->flags = 0;
    } else {
        return is_options(p->protocol) ? PUNT_OPTIONS : PUNT_PROTOCOL;
    }
    p->source_port = swap16(*(u16 *)at);
    p->target_port = swap16(*(u16 *)(at + 2));
    return p->flags & (FIN | SYN | RST) ? PUNT_FLAGS : 0;
}

/* Java answers for the gateway's addresses, the box's kernel for its own. */
INLINE int is_solicitation(void *at, void *end, struct packet *p) {
    return p->protocol == PROTOCOL_ICMPV6 && p->ttl == 255 && at + 2 <= end
            && *(u8 *)at == NEIGHBOUR_SOLICITATION && *(u8 *)(at + 1) == 0;
}

/* Addresses that nothing behind a gateway has: Java's Addresses.isNoRemote. */
INLINE int is_no_remote(u64 high, u64 low) {
    if (high == 0 && low >> 32 == 0xffff) {
        u32 first = (u32)low >> 24;
        return first == 0 || first == 127 || first >= 224 || (u32)low >> 16 == 0xa9fe;
    }
    return high >> 56 == 0xff || (high == 0 && low >> 32 == 0) || high >> 54 == 0xfe80 >> 6;
}
