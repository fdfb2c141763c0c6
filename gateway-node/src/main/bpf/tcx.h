/*
 * The way's tcx form: socket buffers, with the kernel's offloads. Transport checksums may be
 * complete or left to a device (CHECKSUM_PARTIAL), which __sk_buff does not tell: what could be left
 * to one is changed by the helper that knows, everything else directly.
 */
#pragma once

#include "kernel.h"

typedef struct __sk_buff context;
enum { DROPPED = TCX_DROP, KERNELS = TCX_NEXT, SENT = 1 << 16 };

INLINE void *begin(context *ctx) { return (void *)(u64)ctx->data; }
INLINE void *limit(context *ctx) { return (void *)(u64)ctx->data_end; }

#include "way.h"

#define HEADERS_MAX (ETHERNET + IPV6 + IPV6_FRAGMENT + TCP)
#define TUNNEL_TTL 64

INLINE int load(context *ctx, void *to, u32 length) { return skb_load_bytes(ctx, 0, to, length); }

/* An address as a tunnel key has it. */
INLINE u64 key_high(u32 *words) { return (u64)swap32(words[0]) << 32 | swap32(words[1]); }

INLINE u64 key_low(u32 *words) { return (u64)swap32(words[2]) << 32 | swap32(words[3]); }

INLINE void key_address(u32 *words, u64 high, u64 low) {
    words[0] = swap32(high >> 32);
    words[1] = swap32(high);
    words[2] = swap32(low >> 32);
    words[3] = swap32(low);
}

/* The device hears what comes to any address of the box; the tunnel has one. */
INLINE int tunnel_arrival(context *ctx, struct arrival *from, struct device *d) {
    struct bpf_tunnel_key key = {};
    if (get_tunnel_key(ctx, &key, sizeof(key), d->flags & DEVICE_TUNNEL_V6 ? TUNNEL_V6 : 0)) {
        count(DROP_TUNNEL_ADDRESS, 1, from->length); /* of the other family */
        return 0;
    }
    u64 local_high = 0, local_low;
    from->vni = key.tunnel_id;
    from->vpc = key.tunnel_id;
    if (d->flags & DEVICE_TUNNEL_V6) {
        from->vtep_high = key_high(key.remote);
        from->vtep_low = key_low(key.remote);
        local_high = key_high(key.local);
        local_low = key_low(key.local);
    } else {
        from->vtep_low = MAPPED | key.remote[0];
        local_low = MAPPED | key.local[0];
    }
    if ((d->local_high | d->local_low)
            && (d->local_low != local_low || d->local_high != local_high)) {
        count(DROP_TUNNEL_ADDRESS, 1, from->length);
        return 0;
    }
    return 1;
}

/* Before anything else is known: what the verifier learns here it forgets, and need not follow. */
INLINE void pull_headers(context *ctx) {
    u32 linear = limit(ctx) - begin(ctx);
    u32 length = *(volatile u32 *)&ctx->len;
    if (linear < HEADERS_MAX && linear < length) {
        pull_data(ctx, length < HEADERS_MAX ? length : HEADERS_MAX);
    }
}

INLINE int arrive(context *ctx, struct arrival *from, struct device *d, const int side) {
    pull_headers(ctx);
    from->length = *(volatile u32 *)&ctx->len;
    from->ifindex = d->ifindex;
    from->gso_size = ctx->gso_size;
    from->gso_segs = ctx->gso_segs;
    from->vpc = d->vpc;
    from->vni = NO_VPC;
    return side != TUNNEL || tunnel_arrival(ctx, from, d);
}

INLINE int can_send(struct nexthop *hop, const int outward) {
    return hop->ifindex && (hop->kind == HOP_PLAIN || (!outward && hop->kind == HOP_TUNNEL));
}

INLINE int can_behind(struct nexthop *hop, const int outward) { return 0; }

/*
 * What a device is to complete has the pseudo-header's sum in its field till then; so has a complete
 * one, once in 65,535. Else it may be changed without asking.
 */
INLINE int is_summed(
        struct packet *p, struct arrival *from, void *transport, void *end, const int v4) {
    u16 *field = transport + (p->protocol == PROTOCOL_TCP ? 16 : 6);
    if ((void *)(field + 1) > end || from->gso_size) {
        return 0;
    }
    u32 pseudo = fold(
            words(p->source_high, p->source_low, v4) + words(p->target_high, p->target_low, v4)
            + p->protocol + (p->length - p->transport));
    return swap16(*field) != pseudo && (*field || p->protocol == PROTOCOL_UDP);
}

/* By the helper, which knows what a device is to do; 0 where it worked. */
INLINE int translate_sum(
        context *ctx, struct packet *p, struct change *to, const int v4) {
    u32 at = ETHERNET + (v4 ? IPV4 : IPV6) + (p->protocol == PROTOCOL_TCP ? 16 : 6);
    u64 zero = p->protocol == PROTOCOL_UDP ? MANGLE_ZERO : 0;
    u64 sum = swap16(fold(to->addresses));
    /* Kernels that do not know the flag for IPV6 have no use for it. */
    if ((v4 || l4_csum_replace(ctx, at, 0, sum, PSEUDO_HEADER | IPV6_SUM | zero))
            && l4_csum_replace(ctx, at, 0, sum, PSEUDO_HEADER | zero)) {
        return 1;
    }
    return l4_csum_replace(ctx, at, swap16(to->old_port), swap16(to->port), 2 | zero) != 0;
}

/* A tunnel's own goes, all but the Ethernet header's place; 0 where it worked. */
INLINE int open_tunnel(context *ctx, u32 outer, const int v4) {
    if (adjust_room(ctx, -(int)outer, ROOM_BEHIND_ETHERNET, v4 ? NOW_IPV4 : NOW_IPV6)) {
        return 1;
    }
    void *frame = begin(ctx);
    if (frame + ETHERNET > limit(ctx)) {
        return 1;
    }
    *(u16 *)(frame + 12) = swap16(v4 ? TYPE_IPV4 : TYPE_IPV6);
    return 0;
}

/*
 * A device may have summed the whole packet for whoever hears it next, who is told what that sum is
 * by now. Of an IPv4 header it stays as it is, and so does that of addresses and a transport
 * checksum together.
 */
INLINE void tell_sum(
        context *ctx, struct packet *p, struct change *to, int before, const int v4) {
    u64 more = v4 ? 0 : 0xfffe; /* one hop less */
    if (p->offset || (p->summed && before == UNSUMMED)) {
        more += v4 ? 0 : to->addresses;
        more += p->offset ? 0 : ports_difference(to);
    } else if (p->summed && v4) {
        more += 0xffff - fold(to->addresses);
    }
    if (more) {
        csum_update(ctx, swap16(fold(more)));
    }
}

INLINE int translate(
        context *ctx, struct packet *p, struct arrival *from, struct change *to, const int v4,
        const int side) {
    const u32 header = v4 ? IPV4 : IPV6;
    const int outward = side < OUTSIDE;
    int before = UNSUMMED;
    if ((side == UNDERLAY && open_tunnel(ctx, from->outer, v4))
            || (p->padding && change_tail(ctx, ETHERNET + p->length, 0))
            || (!p->summed && translate_sum(ctx, p, to, v4))) {
        return 1;
    }
    void *ip = begin(ctx) + ETHERNET;
    void *end = limit(ctx);
    if (ip + header > end) {
        return 1;
    }
    if (p->offset == 0) {
        before = rewrite_transport(ip + header, end, p, to, outward);
        if (before == CUT_SHORT) {
            return 1;
        }
    }
    rewrite_ip(ip, to, v4, outward);
    tell_sum(ctx, p, to, before, v4);
    return 0;
}

/* The outer header that the tunnel device is to write; 0 where it will. */
INLINE int tunnel_key(
        context *ctx, u64 vtep_high, u64 vtep_low, u64 local_high, u64 local_low, u32 vni) {
    struct bpf_tunnel_key key = {.tunnel_id = vni, .tunnel_ttl = TUNNEL_TTL};
    if (!vtep_high && vtep_low >> 32 == 0xffff) {
        key.remote[0] = vtep_low;
        key.local[0] = local_low;
        return set_tunnel_key(ctx, &key, sizeof(key), TUNNEL_ZERO_CHECKSUM);
    }
    key_address(key.remote, vtep_high, vtep_low);
    key_address(key.local, local_high, local_low);
    return set_tunnel_key(ctx, &key, sizeof(key), TUNNEL_V6);
}

INLINE int send(
        context *ctx, struct packet *p, struct nexthop *hop, struct path *path,
        struct connection *c, const int outward) {
    void *frame = begin(ctx);
    if (frame + ETHERNET > limit(ctx)) {
        return DROP_SEND_FAILED;
    }
    if (outward) {
        copy_mac(frame, hop->dmac);
        copy_mac(frame + 6, hop->smac);
    } else {
        write_mac(frame, path->client_mac);
        if (hop->kind == HOP_PLAIN) {
            copy_mac(frame + 6, hop->smac);
        } else {
            write_mac(frame + 6, path->gateway_mac);
            if (tunnel_key(
                        ctx, path->vtep_high, path->vtep_low, hop->local_high, hop->local_low,
                        c->vni_protocol >> 8)) {
                return DROP_SEND_FAILED;
            }
        }
    }
    return SENT + redirect(hop->ifindex, 0);
}
