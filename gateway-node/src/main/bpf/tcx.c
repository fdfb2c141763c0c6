/* The programs of devices on the tcx hook (Linux 6.6): their ingress, and the guard of egress. */
#include "tcx.h"

#define MARK 0x5a11 /* SO_MARK of the sockets that Java sends by */

SECTION("tcx_inside") int inside(context *ctx) {
    return ctx->vlan_present ? leave() : process(ctx, INSIDE);
}

SECTION("tcx_outside") int outside(context *ctx) {
    return ctx->vlan_present ? leave() : process(ctx, OUTSIDE);
}

SECTION("tcx_tunnel") int tunnel(context *ctx) {
    if (ctx->vlan_present) {
        count(DROP_NOT_IP, 1, ctx->len);
        return DROPPED;
    }
    return process(ctx, TUNNEL);
}

/* A thread of Java's that froze between its look at the horizon and its send sends nothing. */
SECTION("tcx_egress") int egress(context *ctx) {
    if (ctx->mark != MARK) {
        return TCX_NEXT;
    }
    u32 zero = 0;
    struct meta *m = map_lookup(&meta, &zero);
    if (m && boot_nanos() < *(volatile u64 *)&m->act_until) {
        return TCX_NEXT;
    }
    count(DROP_NOT_ACTING, 1, ctx->len);
    return TCX_DROP;
}
