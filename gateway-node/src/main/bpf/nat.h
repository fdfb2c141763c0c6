/*
 * What a packet becomes, and the sums that follow (RFC 1624). One address and its port change, and
 * the TTL. The differences are of 16-bit words in host order; folded and swapped they are the same
 * sum in the packet's order.
 */
#pragma once

#include "parse.h"

struct change {
    u64 high, low;      /* the new address */
    u64 addresses;      /* what the addresses' words differ by, not folded, never 0 */
    u16 old_port, port; /* host order */
};

INLINE u64 words(u64 high, u64 low, const int v4) {
    return v4 ? (u32)low : (high >> 32) + (u32)high + (low >> 32) + (u32)low;
}

INLINE u64 difference(u64 old_high, u64 old_low, u64 high, u64 low, const int v4) {
    return words(~old_high, ~old_low, v4) + words(high, low, v4);
}

INLINE u64 ports_difference(struct change *to) {
    return (~to->old_port & 0xffff) + (u64)to->port;
}

/* A checksum field (as in the packet) after a difference (host order). */
INLINE u16 summed(u16 field, u64 difference) {
    return swap16(~fold((~swap16(field) & 0xffff) + difference));
}

/* The IP header with one address replaced and one hop less. */
INLINE void rewrite_ip(void *ip, struct change *to, const int v4, const int outward) {
    if (v4) {
        u16 *ttl = ip + 8;
        u16 *checksum = ip + 10;
        u32 before = swap16(*ttl);
        u32 after = before - 0x100;
        *ttl = swap16(after);
        *checksum = summed(*checksum, to->addresses + (~before & 0xffff) + after);
        *(u32 *)(ip + (outward ? 12 : 16)) = swap32(to->low);
    } else {
        *(u8 *)(ip + 7) -= 1;
        *(u64 *)(ip + (outward ? 8 : 24)) = swap64(to->high);
        *(u64 *)(ip + (outward ? 16 : 32)) = swap64(to->low);
    }
}

enum { UNSUMMED = 0, CUT_SHORT = -1 }; /* else what the checksum was */

/* One port and the transport checksum of a whole packet, where it is complete. */
INLINE int rewrite_transport(
        void *transport, void *end, struct packet *p, struct change *to, const int outward) {
    u64 change = to->addresses + ports_difference(to);
    u16 before = UNSUMMED;
    if (transport + UDP > end) {
        return CUT_SHORT;
    }
    if (!p->summed) {
        /* The helper that knows has seen to it. */
    } else if (p->protocol == PROTOCOL_TCP) {
        u16 *field = transport + 16;
        if (transport + TCP > end) {
            return CUT_SHORT;
        }
        before = *field;
        *field = summed(before, change);
    } else {
        u16 *field = transport + 6;
        before = *field;
        if (before) { /* else the sender made none */
            u16 sum = summed(before, change);
            *field = sum ? sum : 0xffff;
        }
    }
    *(u16 *)(transport + (outward ? 0 : 2)) = swap16(to->port);
    return before;
}

/* Behind it are two bytes more. */
INLINE u64 read_mac(void *at) { return swap64(*(u64 *)at) >> 16; }

INLINE void write_mac(void *at, u64 mac) {
    *(u32 *)at = swap32(mac >> 16);
    *(u16 *)(at + 4) = swap16(mac);
}

INLINE void copy_mac(void *at, u8 *mac) {
    *(u32 *)at = *(u32 *)mac;
    *(u16 *)(at + 4) = *(u16 *)(mac + 4);
}
