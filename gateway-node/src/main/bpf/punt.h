/* The way up: the whole frame and what is known of it into the device's ring. */
#pragma once

#include "count.h"
#include "hook.h"

INLINE int punt_of(
        context *ctx, struct arrival *from, struct device *d, u32 reason, const u32 room) {
    struct punt *up = ring_reserve(&punts, sizeof(struct punt) + room, 0);
    if (!up) {
        return 0;
    }
    up->length = from->length;
    up->caplen = from->length;
    up->ifindex = from->ifindex;
    up->vni = from->vni;
    up->vtep_high = from->vtep_high;
    up->vtep_low = from->vtep_low;
    up->reason = reason;
    up->gso_size = from->gso_size;
    up->gso_segs = from->gso_segs;
    up->time = coarse_nanos();
    u64 length = from->length & 0x1ffff;
    asm volatile("" : "+r"(length)); /* so that the bounds are checked on what is passed on */
    if (length == 0 || length > room || load(ctx, up->data, length)) {
        ring_discard(up, RING_NO_WAKEUP);
        return 0;
    }
    ring_submit(up, d->polling ? RING_NO_WAKEUP : 0);
    return 1;
}

INLINE void punt(context *ctx, struct arrival *from, struct device *d, u32 reason) {
    int done = from->length <= PUNT_SMALL    ? punt_of(ctx, from, d, reason, PUNT_SMALL)
               : from->length <= PUNT_MIDDLE ? punt_of(ctx, from, d, reason, PUNT_MIDDLE)
                                             : punt_of(ctx, from, d, reason, PUNT_LARGE);
    if (!done) {
        count(DROP_PUNTS_FULL, 1, from->length);
    }
}
