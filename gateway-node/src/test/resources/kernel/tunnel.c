/*
 * For TunnelEntry: what it is given has come by VXLAN 100 from 10.99.0.7 to 10.255.0.1, and goes on
 * into the program under test. clang -O2 -target bpf -mcpu=v3 -c tunnel.c -o tunnel.o
 */
#include "../../../main/bpf/kernel.h"

struct map {
    u32 type, key, value, entries, flags;
};

static long (*const tail_call)(void *ctx, void *programs, u32 index) = (void *)12;

SECTION(".maps") struct map next = {3, 4, 4, 1, 0};

SECTION("from_host") int enter(struct __sk_buff *packet) {
    /* Set, it is where the packet is to go; read, where it came from. */
    struct bpf_tunnel_key key = {
        .tunnel_id = 100, .remote = {0x0aff0001}, .local = {0x0a630007},
    };
    if (set_tunnel_key(packet, &key, sizeof(key), TUNNEL_ZERO_CHECKSUM) == 0) {
        tail_call(packet, &next, 0);
    }
    return TCX_DROP;
}
