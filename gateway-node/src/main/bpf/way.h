/*
 * A packet's way through the program. The hook (tcx.h, xdp.h) says before this file what a
 * `context` is and how one is read, translated and sent. A packet is sent translated, or goes up
 * to Java with its reason, or is dropped and counted. Only what is not the gateway's is left to
 * the kernel: other hosts' frames, no IP, and the box's own addresses.
 */
#pragma once

#include "clock.h"
#include "count.h"
#include "hook.h"
#include "lookup.h"
#include "punt.h"
#include "underlay.h"

/*
 * UNDERLAY: a tunnel's packet met on the device that it came by, before the kernel opens it. BEHIND:
 * outside too, behind an XDP program that has seen the packet and left it for here.
 */
enum { INSIDE, TUNNEL, UNDERLAY, OUTSIDE, BEHIND };

enum { LEFT_BEHIND = 191 }; /* an outcome: goes on to that program */

/* The record may be acted on as it stands: 0, or why not. */
INLINE int judge(struct connection *c, const int outward) {
    /* The version first: Java stores it after the state that it stands for. */
    u32 version = *(volatile u32 *)&c->acl_version;
    u8 needed = OPEN | IN_ORDER | (outward ? ALLOWED_OUT : ALLOWED_IN);
    if ((*(volatile u8 *)&c->state & (needed | STOPPED | EIP_GONE)) != needed) {
        return PUNT_STATE;
    }
    u32 gateway = c->gateway;
    u32 *policy = map_lookup(&policies, &gateway);
    return policy && *policy == version && version != POLICY_NONE ? 0 : PUNT_POLICY;
}

/* A client's newest packet tells where it is: Java is to learn it. */
INLINE int is_path(struct path *path, void *frame, struct arrival *from) {
    return read_mac(frame) == path->gateway_mac && read_mac(frame + 6) == path->client_mac
            && path->vtep_high == from->vtep_high && path->vtep_low == from->vtep_low;
}

INLINE int forward(
        context *ctx, struct packet *p, struct arrival *from, struct meta *m, struct connection *c,
        const int v4, const int side) {
    const int outward = side < OUTSIDE;
    void *frame = begin(ctx) + (side == UNDERLAY ? from->outer : 0);
    int reason = judge(c, outward);
    if (reason) {
        return reason;
    }
    if (p->ttl <= 1) {
        return PUNT_TTL;
    }
    /* In one load, as Java writes them in one store: no hop is met with another's path. */
    u64 ways = *(volatile u64 *)&c->ways;
    u32 hop_number = (outward ? ways : ways >> 16) & 0xffff;
    u32 path_number = ways >> 32;
    struct nexthop *hop = map_lookup(&nexthops, &hop_number);
    struct path *path = map_lookup(&paths, &path_number); /* null: one that only Java knows */
    if (!path || !hop || !can_send(hop, outward)) {
        return hop && can_behind(hop, outward) ? LEFT_BEHIND : PUNT_HOP;
    }
    if (p->longest > hop->mtu) {
        return PUNT_MTU;
    }
    if (outward && (frame + ETHERNET > limit(ctx) || !is_path(path, frame, from))) {
        return PUNT_PATH;
    }
    struct clock *clock = time();
    if (!clock || is_past_horizon(m, clock)) {
        return DROP_NOT_ACTING;
    }
    if (p->protocol == PROTOCOL_TCP && p->offset == 0 && is_beside(c, p, outward)) {
        return PUNT_WINDOW;
    }
    if (p->more && p->offset == 0) {
        return PUNT_FIRST;
    }
    p->summed = p->offset
                || is_summed(p, from, frame + ETHERNET + (v4 ? IPV4 : IPV6), limit(ctx), v4);
    if (side == UNDERLAY && !p->summed) {
        return PUNT_TRANSPORT; /* what is to be summed from where is the kernel's to know */
    }
    struct change to = {};
    if (outward) {
        u32 number = c->eip;
        struct address *eip = map_lookup(&eips, &number);
        if (!eip) {
            return PUNT_STATE;
        }
        to.high = eip->high;
        to.low = eip->low;
        to.old_port = p->source_port;
        to.port = c->nat_port;
        to.addresses = difference(p->source_high, p->source_low, to.high, to.low, v4);
    } else {
        to.high = c->inside_high;
        to.low = c->inside_low;
        to.old_port = p->target_port;
        to.port = c->inside_port;
        to.addresses = difference(p->target_high, p->target_low, to.high, to.low, v4);
    }
    count_hit(c, p, outward, clock->now);
    if (translate(ctx, p, from, &to, v4, side)) {
        return DROP_SEND_FAILED;
    }
    return send(ctx, p, hop, path, c, outward);
}

INLINE int carry(
        context *ctx, struct packet *p, struct arrival *from, struct fragment_key *f,
        const int v4, const int side) {
    const int outward = side < OUTSIDE;
    const u32 outer = side == UNDERLAY ? from->outer : 0;
    void *ip = begin(ctx) + outer + ETHERNET;
    void *end = limit(ctx);
    u32 available = from->length - outer - ETHERNET;
    int reason = v4 ? parse_ipv4(ip, end, available, p) : parse_ipv6(ip, end, available, p);
    if (reason) {
        return reason;
    }
    p->padding = available - p->length;
    void *transport = ip + p->transport;
    if (!v4 && is_solicitation(transport, end, p)) {
        return PUNT_NEIGHBOUR;
    }
    if (from->group) {
        return PUNT_MISS;
    }
    if (outward && from->vpc == NO_VPC) {
        return PUNT_VPC;
    }
    u32 zero = 0, slot = 0;
    struct meta *m = map_lookup(&meta, &zero);
    if (!m) {
        return PUNT_MISS;
    }
    struct connection *c;
    if (p->offset | p->more) {
        if (from->gso_size) {
            return PUNT_TRANSPORT;
        }
        fragment_key(f, p, v4, outward ? from->vpc : OUTSIDE_FRAGMENTS);
        if (!p->offset) {
            forget_fragment(f);
        }
    }
    if (p->offset) {
        if (p->protocol == PROTOCOL_TCP && p->offset < TCP) {
            return PUNT_FRAGMENT; /* over the header that was judged */
        }
        p->headers = 0;
        p->source_port = 0;
        p->target_port = 0;
        c = find_fragment(f, &slot);
        reason = PUNT_FRAGMENT;
    } else {
        reason = parse_transport(transport, end, p);
        if (reason) {
            return reason;
        }
        struct key k = {
            .near_high = outward ? p->source_high : p->target_high,
            .near_low = outward ? p->source_low : p->target_low,
            .far_high = outward ? p->target_high : p->source_high,
            .far_low = outward ? p->target_low : p->source_low,
            .near_port = outward ? p->source_port : p->target_port,
            .far_port = outward ? p->target_port : p->source_port,
            .vni_protocol = outward ? from->vpc << 8 | p->protocol : p->protocol,
        };
        c = find(m, &k, v4, outward, &slot);
        reason = PUNT_MISS;
    }
    if (!c) {
        return reason;
    }
    p->segments = 1;
    p->longest = p->length;
    if (from->gso_size) {
        u32 payload = p->length - p->headers;
        u32 size = from->gso_size;
        if (p->padding) {
            return PUNT_TRANSPORT;
        }
        p->segments = payload > size ? (payload + size - 1) / size : 1;
        p->longest = p->headers + (payload < size ? payload : size);
    }
    reason = forward(ctx, p, from, m, c, v4, side);
    if (UNLIKELY(reason == PUNT_FIRST)) {
        /* Java forwards it, and so the later ones that came before it and wait there. */
        fragment_key(f, p, v4, outward ? from->vpc : OUTSIDE_FRAGMENTS);
        remember_fragment(f, slot, c->generation);
    }
    return reason;
}

/* Whether a packet that was not sent is the gateway's all the same: Java's Pipeline. */
INLINE int is_ours(struct packet *p, struct arrival *from, const int side) {
    if (side == TUNNEL) {
        return 1;
    }
    struct address target = {p->target_high, p->target_low};
    u32 *known = map_lookup(&addresses, &target);
    if (side >= OUTSIDE) {
        return !from->group && known && *known & ADDRESS_EIP;
    }
    if (from->group || is_no_remote(p->target_high, p->target_low)
            || (known && *known & ADDRESS_LOCAL)) {
        return 0;
    }
    struct prefix own = {
        32 + 128, from->ifindex, swap64(p->target_high), swap64(p->target_low),
    };
    return !map_lookup(&prefixes, &own);
}

INLINE int leave(void) {
    count(PASSED, 1, 0);
    return KERNELS;
}

INLINE int up(context *ctx, struct arrival *from, struct device *d, u32 reason) {
    count(reason, 1, from->length);
    punt(ctx, from, d, reason);
    return DROPPED;
}

/*
 * Established connections of tunnels do not wait for the kernel to open them. Whatever else comes
 * in a tunnel is left to it, and meets the program of its tunnel device.
 */
INLINE int shortcut(
        context *ctx, struct packet *p, struct arrival *from, struct fragment_key *f) {
    void *frame = begin(ctx) + from->outer;
    if (frame + ETHERNET > limit(ctx) || *(u8 *)frame & 1) {
        return leave();
    }
    u16 type = *(u16 *)(frame + 12);
    int outcome = type == swap16(TYPE_IPV4)   ? carry(ctx, p, from, f, 1, UNDERLAY)
                  : type == swap16(TYPE_IPV6) ? carry(ctx, p, from, f, 0, UNDERLAY)
                                              : PUNT_NOT_IP;
    if (outcome >= SENT) {
        return outcome - SENT;
    }
    if (outcome >= PUNT_MISS) {
        return leave();
    }
    count(outcome, p->segments, from->length);
    return DROPPED;
}

INLINE int process(context *ctx, const int side) {
    struct arrival from = {};
    struct packet p = {};
    struct fragment_key f;
    u32 zero = 0;
    struct device *d = map_lookup(&device, &zero);
    if (!d || !arrive(ctx, &from, d, side)) {
        return DROPPED;
    }
    void *frame = begin(ctx);
    if (frame + ETHERNET > limit(ctx)) {
        return up(ctx, &from, d, PUNT_HEADER);
    }
    from.group = *(u8 *)frame & 1;
    if (side != TUNNEL && !from.group && d->mac && read_mac(frame) != d->mac) {
        return side == BEHIND ? KERNELS : leave();
    }
    u16 type = swap16(*(u16 *)(frame + 12));
    if ((side == INSIDE || side == OUTSIDE) && d->tunnel_port && !from.group
            && is_tunnel(frame, limit(ctx), d, &from)) {
        return shortcut(ctx, &p, &from, &f);
    }
    int outcome;
    if (type == TYPE_IPV4) {
        outcome = carry(ctx, &p, &from, &f, 1, side);
    } else if (type == TYPE_IPV6) {
        outcome = carry(ctx, &p, &from, &f, 0, side);
    } else if (type == TYPE_ARP) {
        outcome = PUNT_NEIGHBOUR;
    } else if (side == TUNNEL) {
        outcome = PUNT_NOT_IP;
    } else {
        return side == BEHIND ? KERNELS : leave();
    }
    if (outcome >= SENT) {
        return outcome - SENT;
    }
    if (outcome < PUNT_MISS) {
        count(outcome, p.segments, from.length);
        return DROPPED;
    }
    if (outcome == LEFT_BEHIND || (outcome == PUNT_NEIGHBOUR && side == BEHIND)) {
        return KERNELS; /* the other program counts it, or hands it up */
    }
    if (outcome == PUNT_NEIGHBOUR) {
        up(ctx, &from, d, outcome);
        return side == TUNNEL ? DROPPED : KERNELS;
    }
    /* A header that does not parse is nobody's, and Java counts it. */
    if (outcome != PUNT_HEADER && !is_ours(&p, &from, side)) {
        return side == BEHIND ? KERNELS : leave();
    }
    return up(ctx, &from, d, outcome);
}
