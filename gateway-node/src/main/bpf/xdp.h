/* The way's XDP form: the bare frame before there is a socket buffer, its sums complete. */
#pragma once

#include "kernel.h"

typedef struct xdp_md context;
enum { DROPPED = XDP_DROP, KERNELS = XDP_PASS, SENT = 1 << 16 };

INLINE void *begin(context *ctx) { return (void *)(u64)ctx->data; }
INLINE void *limit(context *ctx) { return (void *)(u64)ctx->data_end; }

#include "way.h"

INLINE int load(context *ctx, void *to, u32 length) { return xdp_load_bytes(ctx, 0, to, length); }

INLINE int arrive(context *ctx, struct arrival *from, struct device *d, const int side) {
    from->length = (limit(ctx) - begin(ctx)) & 0xffff;
    from->ifindex = d->ifindex;
    from->vpc = d->vpc;
    from->vni = NO_VPC;
    return 1;
}

INLINE int can_send(struct nexthop *hop, const int outward) {
    return hop->ifindex && hop->kind == HOP_PLAIN;
}

/* A tunnel's outer header is written by its device, which takes socket buffers. */
INLINE int can_behind(struct nexthop *hop, const int outward) {
    return !outward && hop->ifindex && hop->kind == HOP_TUNNEL;
}

INLINE int is_summed(
        struct packet *p, struct arrival *from, void *transport, void *end, const int v4) {
    return 1;
}

INLINE int translate(
        context *ctx, struct packet *p, struct arrival *from, struct change *to, const int v4,
        const int side) {
    const u32 header = v4 ? IPV4 : IPV6;
    const int outward = side < OUTSIDE;
    if ((side == UNDERLAY && adjust_head(ctx, from->outer))
            || (p->padding && adjust_tail(ctx, -(int)p->padding))) {
        return 1;
    }
    void *ip = begin(ctx) + ETHERNET;
    void *end = limit(ctx);
    if (ip + header > end
            || (p->offset == 0
                && rewrite_transport(ip + header, end, p, to, outward) == CUT_SHORT)) {
        return 1;
    }
    rewrite_ip(ip, to, v4, outward);
    return 0;
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
    } else {
        write_mac(frame, path->client_mac);
    }
    copy_mac(frame + 6, hop->smac);
    return SENT + redirect(hop->ifindex, 0);
}
