/* The programs of devices on the native XDP hook. */
#include "xdp.h"

SECTION("xdp_inside") int inside(context *ctx) { return process(ctx, INSIDE); }

SECTION("xdp_outside") int outside(context *ctx) { return process(ctx, OUTSIDE); }
