/*
 * Two clocks for the price of none. Each costs more to read than most of what a packet needs, and
 * both need be true only to a tick of the kernel. The tick's number lies in memory; each CPU reads
 * the clocks at its first packet of a tick and keeps them beside that number. They are then at most
 * a tick old, and a tick is added where the horizon is asked, a time of CLOCK_BOOTTIME, which goes
 * on in suspend. A box that suspends has stopped its devices many ticks before the ticks stop.
 */
#pragma once

#include "maps.h"

#define TICK_MAX 10000000ULL /* ns: HZ is at least 100 */

/* What time it is on this CPU; never null, but for the verifier. */
INLINE struct clock *time(void) {
    u32 zero = 0;
    struct clock *c = map_lookup(&clocks, &zero);
    u64 jiffy = jiffies();
    if (c && c->jiffy != jiffy) {
        c->boot = boot_nanos();
        c->now = monotonic_nanos();
        c->jiffy = jiffy;
    }
    return c;
}

/* Whether nothing may be forwarded any more. */
INLINE int is_past_horizon(struct meta *m, struct clock *c) {
    return c->boot + TICK_MAX >= *(volatile u64 *)&m->act_until;
}
