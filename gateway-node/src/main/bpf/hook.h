/*
 * What the way asks of the hook it runs on, which says before this file what a `context` is, where
 * its frame begins and ends (`begin`, `limit`), and the values of its verdicts: DROPPED, KERNELS
 * (left to the kernel), SENT + x (sent, by returning x).
 */
#pragma once

#include "nat.h"

/* Where a frame came in. */
struct arrival {
    u64 vtep_high, vtep_low; /* 0: not through a tunnel */
    u32 length;              /* from its Ethernet header on */
    u32 ifindex, vpc, vni;
    u32 gso_size, gso_segs;
    u32 group; /* to a multicast or broadcast MAC */
    u32 outer; /* what of a tunnel's own is still before the client's frame */
};

/* False: it is not for us, which is counted. */
INLINE int arrive(context *ctx, struct arrival *from, struct device *d, const int side);

/* Copies the frame's first bytes; 0 where it worked. */
INLINE int load(context *ctx, void *to, u32 length);

/* Whether frames can leave by this next hop. */
INLINE int can_send(struct nexthop *hop, const int outward);

/* Whether they can where it cannot: by a program of the other hook that they meet next. */
INLINE int can_behind(struct nexthop *hop, const int outward);

/* Whether the packet's transport checksum is complete; its header begins at `transport`. */
INLINE int is_summed(
        struct packet *p, struct arrival *from, void *transport, void *end, const int v4);

/*
 * The packet with another address and port, its padding and what is of a tunnel cut off; 0 where
 * it worked.
 */
INLINE int translate(
        context *ctx, struct packet *p, struct arrival *from, struct change *to, const int v4,
        const int side);

/* Its new Ethernet header or tunnel, and away: SENT + x, or a reason to drop it. */
INLINE int send(
        context *ctx, struct packet *p, struct nexthop *hop, struct path *path,
        struct connection *c, const int outward);
