/*
 * For TunnelEntry: what it is given has come by VXLAN 100 from the client's host to the node's end,
 * 10.99.0.7 to 10.255.0.1 or fd99::7 to fd55::1, and goes on into the program under test.
 * clang -O2 -target bpf -mcpu=v3 -c tunnel.c -o tunnel.o
 */
#include "../../../main/bpf/kernel.h"

struct map {
    u32 type, key, value, entries, flags;
};

static long (*const tail_call)(void *ctx, void *programs, u32 index) = (void *)12;

SECTION(".maps") struct map next = {3, 4, 4, 1, 0};

INLINE int come(
        struct __sk_buff *packet, struct bpf_tunnel_key *key, u64 flags) {
    /* Set, it is where the packet is to go; read, where it came from. */
    if (set_tunnel_key(packet, key, sizeof(*key), flags) == 0) {
        tail_call(packet, &next, 0);
    }
    return TCX_DROP;
}

SECTION("from_host_v4") int enter_v4(struct __sk_buff *packet) {
    struct bpf_tunnel_key key = {
        .tunnel_id = 100, .remote = {0x0aff0001}, .local = {0x0a630007},
    };
    return come(packet, &key, TUNNEL_ZERO_CHECKSUM);
}

SECTION("from_host_v6") int enter_v6(struct __sk_buff *packet) {
    struct bpf_tunnel_key key = {
        .tunnel_id = 100,
        .remote = {swap32(0xfd550000), 0, 0, swap32(1)},
        .local = {swap32(0xfd990000), 0, 0, swap32(7)},
    };
    return come(packet, &key, TUNNEL_V6);
}
