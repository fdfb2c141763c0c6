/* The programs of devices on the tcx hook (Linux 6.6): their ingress, and the guard of egress. */
#include "tcx.h"

#define MARK 0x5a11 /* SO_MARK of the sockets that Java sends by */

SECTION("tcx_inside") int inside(context *ctx) {
    return ctx->vlan_present ? leave() : process(ctx, INSIDE);
}

SECTION("tcx_outside") int outside(context *ctx) {
    return ctx->vlan_present ? leave() : process(ctx, OUTSIDE);
}

SECTION("tcx_behind") int behind(context *ctx) {
    return ctx->vlan_present ? leave() : process(ctx, BEHIND);
}

SECTION("tcx_tunnel") int tunnel(context *ctx) {
    if (ctx->vlan_present) {
        count(DROP_NOT_IP, 1, ctx->len);
        return DROPPED;
    }
    return process(ctx, TUNNEL);
}

/* Nothing of Java's leaves past the horizon. */
INLINE int may_leave(context *ctx) {
    u32 zero = 0;
    struct meta *m = map_lookup(&meta, &zero);
    if (m && boot_nanos() < *(volatile u64 *)&m->act_until) {
        return 1;
    }
    count(DROP_NOT_ACTING, 1, ctx->len);
    return 0;
}

/* A thread of Java's that froze between its look at the horizon and its send sends nothing. */
SECTION("tcx_egress") int egress(context *ctx) {
    return ctx->mark != MARK || may_leave(ctx) ? TCX_NEXT : TCX_DROP;
}

/*
 * A packet socket cannot tell a tunnel device where its frames go: Java writes it behind them. What
 * the programs send here has its key, what others do has none and goes nowhere.
 */
SECTION("tcx_tunnel_egress") int tunnel_egress(context *ctx) {
    struct tunnel_end end;
    u32 zero = 0;
    struct device *d = map_lookup(&device, &zero);
    u32 length = ctx->len - sizeof(end);
    if (ctx->mark != MARK) {
        return TCX_NEXT;
    }
    if (!may_leave(ctx)) {
        return TCX_DROP;
    }
    if (!d || skb_load_bytes(ctx, length, &end, sizeof(end)) || change_tail(ctx, length, 0)
            || tunnel_key(ctx, end.high, end.low, d->local_high, d->local_low, end.vni)) {
        count(DROP_SEND_FAILED, 1, length);
        return TCX_DROP;
    }
    return TCX_NEXT;
}
