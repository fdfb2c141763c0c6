/* Counters: of reasons per CPU, and line 1 of a record, which Java adds to as well. */
#pragma once

#include "maps.h"
#include "window.h"

INLINE void count(u32 reason, u64 packets, u64 bytes) {
    struct count *c = map_lookup(&stats, &reason);
    if (c) {
        c->packets += packets;
        c->bytes += bytes;
    }
}

/* As Java's Forwarder and TcpTracker: packets on the wire, their IP bytes, when, flags, numbers. */
INLINE void count_hit(struct connection *c, struct packet *p, const int outward, u64 now) {
    u64 bytes = p->length + (u64)(p->segments - 1) * p->headers;
    if (outward) {
        __sync_fetch_and_add(&c->out_packets, p->segments);
        __sync_fetch_and_add(&c->out_bytes, bytes);
        *(volatile u64 *)&c->out_last = now;
    } else {
        __sync_fetch_and_add(&c->in_packets, p->segments);
        __sync_fetch_and_add(&c->in_bytes, bytes);
        *(volatile u64 *)&c->in_last = now;
    }
    if (p->protocol == PROTOCOL_TCP && p->offset == 0) {
        u32 *flags = outward ? &c->flags_out : &c->flags_in;
        if ((*(volatile u32 *)flags & p->flags) != p->flags) {
            __sync_fetch_and_or(flags, p->flags);
        }
        follow(c, p, outward);
    }
    count(outward ? HIT_OUT : HIT_IN, p->segments, bytes);
    if (p->offset) {
        count(HIT_FRAGMENT, 1, bytes);
    }
}
