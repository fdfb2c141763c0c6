/*
 * Where a TCP stream is: for each direction the sequence number that its receiver expects next, as
 * far as segments and acknowledgements have told. Java's TcpTracker, bit for bit. Whoever knows a
 * connection's tuple but sees none of its packets meets both numbers once in 4,096 tries; what
 * misses goes up, and Java believes nothing of it.
 */
#pragma once

#include "parse.h"
#include "structs.h"

INLINE int is_far(u32 number, u32 next) { return number - next + WINDOW > 2 * WINDOW; }

/* Whether the segment lies beside the stream, or it is not known where that is. */
INLINE int is_beside(struct connection *c, struct packet *p, const int outward) {
    u32 flags = *(volatile u32 *)&c->flags_out & *(volatile u32 *)&c->flags_in;
    return !(flags & NEXT_KNOWN) || !(p->flags & ACK)
            || is_far(p->sequence, outward ? c->next_out : c->next_in)
            || is_far(p->ack, outward ? c->next_in : c->next_out);
}

/* Of a segment that does not. */
INLINE void follow(struct connection *c, struct packet *p, const int outward) {
    u32 *near = outward ? &c->next_out : &c->next_in;
    u32 *far = outward ? &c->next_in : &c->next_out;
    u32 *near_flags = outward ? &c->flags_out : &c->flags_in;
    u32 *far_flags = outward ? &c->flags_in : &c->flags_out;
    u32 next = *(volatile u32 *)near;
    u32 end = p->sequence + p->length - p->headers;
    if ((int)(end - next) > 0) {
        *(volatile u32 *)near = end;
        if ((int)(p->sequence - next) > 0 && !(*(volatile u32 *)near_flags & NEXT_GAP)) {
            __sync_fetch_and_or(near_flags, NEXT_GAP);
        }
    }
    next = *(volatile u32 *)far;
    if ((int)(p->ack - next) >= 0) {
        if (p->ack != next) {
            *(volatile u32 *)far = p->ack;
        }
        if (*(volatile u32 *)far_flags & (NEXT_DOUBTED | NEXT_GAP)) {
            __sync_fetch_and_and(far_flags, ~(NEXT_DOUBTED | NEXT_GAP));
        }
    }
}
