/*
 * A tunnel's packet before the kernel has opened it. Only what the kernel would take as it stands is
 * taken here: no fragment, no options, no flag but the identifier's, to the node's own end, and
 * nothing in the outer header that would change the inner one (RFC 6040). Its UDP checksum may be
 * left unread (RFC 7348); the client's own is behind it.
 */
#pragma once

#include "hook.h"
#include "maps.h"

#define CONGESTED 1 /* in the outer TOS: CE and ECT(1) */

/* UDP and VXLAN, `length` bytes with what is in them. */
INLINE int is_vxlan(void *udp, u32 length, struct device *d) {
    return swap16(*(u16 *)(udp + 2)) == d->tunnel_port && swap16(*(u16 *)(udp + 4)) == length
           && *(u32 *)(udp + UDP) == swap32(VXLAN_IDENTIFIED) && !*(u8 *)(udp + UDP + 7);
}

INLINE u32 vxlan_name(void *udp) { return swap32(*(u32 *)(udp + UDP + 4)) >> 8; }

INLINE int is_tunnel4(void *ip, void *end, u32 length, struct device *d) {
    u32 *words = ip;
    return ip + IPV4 + UDP + VXLAN <= end && *(u8 *)(ip + 9) == PROTOCOL_UDP
           && words[4] == swap32(d->local_low) && *(u8 *)ip == 0x45
           && !(*(u8 *)(ip + 1) & CONGESTED) && swap16(*(u16 *)(ip + 2)) == length
           && !(*(u16 *)(ip + 6) & swap16(FRAGMENT_MORE | FRAGMENT_OFFSET))
           && is_vxlan(ip + IPV4, length - IPV4, d)
           && fold((u64)words[0] + words[1] + words[2] + words[3] + words[4]) == 0xffff;
}

INLINE int is_tunnel6(void *ip, void *end, u32 length, struct device *d) {
    return ip + IPV6 + UDP + VXLAN <= end && *(u8 *)(ip + 6) == PROTOCOL_UDP
           && *(u64 *)(ip + 32) == swap64(d->local_low)
           && *(u64 *)(ip + 24) == swap64(d->local_high) && *(u8 *)ip >> 4 == 6
           && !(*(u8 *)(ip + 1) & CONGESTED << 4) && IPV6 + swap16(*(u16 *)(ip + 4)) == length
           && is_vxlan(ip + IPV6, length - IPV6, d);
}

/* Whether it is one; then `from` says of which tunnel, else it is left as it was. */
INLINE int is_tunnel(void *frame, void *end, struct device *d, struct arrival *from) {
    void *ip = frame + ETHERNET;
    u32 length = from->length - ETHERNET;
    u16 type = *(u16 *)(frame + 12);
    if (from->gso_size) {
        return 0; /* the kernel knows how to cut it without its tunnel */
    }
    if (type == swap16(TYPE_IPV4) && !(d->flags & DEVICE_TUNNEL_V6)
            && is_tunnel4(ip, end, length, d)) {
        from->vtep_low = MAPPED | swap32(*(u32 *)(ip + 12));
        from->vpc = vxlan_name(ip + IPV4);
        from->outer = ETHERNET + IPV4 + UDP + VXLAN;
        return 1;
    }
    if (type == swap16(TYPE_IPV6) && d->flags & DEVICE_TUNNEL_V6
            && is_tunnel6(ip, end, length, d)) {
        from->vtep_high = swap64(*(u64 *)(ip + 8));
        from->vtep_low = swap64(*(u64 *)(ip + 16));
        from->vpc = vxlan_name(ip + IPV6);
        from->outer = ETHERNET + IPV6 + UDP + VXLAN;
        return 1;
    }
    return 0;
}
