/*
 * What a packet becomes, and the sums that follow (RFC 1624). One address and its port change, and
 * the TTL. The differences are of 16-bit words in host order; folded and swapped they are the same
 * sum in the packet's order.
 */
#pragma once

#include "parse.h"

struct change {
    u64 high, low;     /* the new address */
    u16 old_port, port; /* host order */
    u32 address_sum;   /* difference of the addresses, folded, in host order, never 0 */
};

INLINE u64 words(u64 high, u64 low, const int v4) {
    return v4 ? (u32)low : (high >> 32) + (u32)high + (low >> 32) + (u32)low;
}

INLINE u32 address_sum(u64 old_high, u64 old_low, u64 high, u64 low, const int v4) {
    return fold((~fold(words(old_high, old_low, v4)) & 0xffff) + words(high, low, v4));
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
        *checksum = summed(*checksum, (u64)to->address_sum + (~before & 0xffff) + after);
        *(u32 *)(ip + (outward ? 12 : 16)) = swap32(to->low);
    } else {
        *(u8 *)(ip + 7) -= 1;
        *(u64 *)(ip + (outward ? 8 : 24)) = swap64(to->high);
        *(u64 *)(ip + (outward ? 16 : 32)) = swap64(to->low);
    }
}

INLINE u64 read_mac(void *at) {
    return (u64)swap32(*(u32 *)at) << 16 | swap16(*(u16 *)(at + 4));
}

INLINE void write_mac(void *at, u64 mac) {
    *(u32 *)at = swap32(mac >> 16);
    *(u16 *)(at + 4) = swap16(mac);
}

INLINE void copy_mac(void *at, u8 *mac) {
    *(u32 *)at = *(u32 *)mac;
    *(u16 *)(at + 4) = *(u16 *)(mac + 4);
}
