/*
 * Two clocks for the price of one. Packets are stamped with the coarse monotonic clock, which moves
 * at each tick of the kernel; the horizon is a time of CLOCK_BOOTTIME, which goes on in suspend but
 * costs more to read than all else a packet needs. So it is read once a tick, and what was read
 * lies in meta beside its tick. It is then at most a tick old, and a tick is added to it. A box that
 * wakes from suspend has a new tick: the kernel brings the clock up to date as it falls asleep.
 */
#pragma once

#include "maps.h"

#define TICK_MAX 10000000ULL /* ns: HZ is at least 100 */

/* Whether nothing may be forwarded any more; `now` is the coarse clock. */
INLINE int is_past_horizon(struct meta *m, u64 now) {
    u64 boot;
    if (*(volatile u64 *)&m->tick == now) {
        boot = *(volatile u64 *)&m->tick_boot;
    } else {
        boot = boot_nanos();
        *(volatile u64 *)&m->tick_boot = boot; /* first: who sees the tick sees its time */
        *(volatile u64 *)&m->tick = now;
    }
    return boot + TICK_MAX >= *(volatile u64 *)&m->act_until;
}
