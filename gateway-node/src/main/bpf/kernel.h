/* What of the kernel's interface is used (linux/bpf.h), declared here so that clang is enough. */
#pragma once

#include "structs.h"

struct bpf_map;

/* Up to the last field used. */
struct __sk_buff {
    u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
    u32 ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, data, data_end, napi_id;
    u32 family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
    u32 data_meta;
    u64 flow_keys, tstamp;
    u32 wire_len, gso_segs;
    u64 sk;
    u32 gso_size;
};

struct xdp_md {
    u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};

struct bpf_tunnel_key {
    u32 tunnel_id;
    u32 remote[4]; /* IPv4 in the first, in the machine's byte order; IPv6 as on the wire */
    u8 tunnel_tos, tunnel_ttl;
    u16 tunnel_ext;
    u32 tunnel_label;
    u32 local[4];
};

enum {
    MAP_HASH = 1,
    MAP_ARRAY = 2,
    MAP_PERCPU_ARRAY = 6,
    MAP_LRU_HASH = 9,
    MAP_LPM_TRIE = 11,
    MAP_RINGBUF = 27,
};
enum { NO_PREALLOC = 1, MMAPABLE = 1024 };
enum { TCX_NEXT = -1, TCX_PASS = 0, TCX_DROP = 2 };
enum { XDP_DROP = 1, XDP_PASS = 2 };
enum { PSEUDO_HEADER = 16, MANGLE_ZERO = 32, IPV6_SUM = 128 };
enum { TUNNEL_V6 = 1, TUNNEL_ZERO_CHECKSUM = 2 };
enum { ROOM_BEHIND_ETHERNET = 1, NOW_IPV4 = 128, NOW_IPV6 = 256 };
enum { RING_NO_WAKEUP = 1 };

static void *(*const map_lookup)(void *map, const void *key) = (void *)1;
static long (*const map_update)(void *map, const void *key, const void *value, u64 flags) =
        (void *)2;
static long (*const map_delete)(void *map, const void *key) = (void *)3;
static u64 (*const monotonic_nanos)(void) = (void *)5;
static long (*const l4_csum_replace)(void *ctx, u32 at, u64 from, u64 to, u64 flags) = (void *)11;
static long (*const get_tunnel_key)(void *ctx, void *key, u32 size, u64 flags) = (void *)20;
static long (*const set_tunnel_key)(void *ctx, void *key, u32 size, u64 flags) = (void *)21;
static long (*const redirect)(u32 ifindex, u64 flags) = (void *)23;
static long (*const skb_load_bytes)(void *ctx, u32 at, void *to, u32 length) = (void *)26;
static long (*const change_tail)(void *ctx, u32 length, u64 flags) = (void *)38;
static long (*const pull_data)(void *ctx, u32 length) = (void *)39;
static long (*const csum_update)(void *ctx, u32 difference) = (void *)40;
static long (*const adjust_head)(void *ctx, int delta) = (void *)44;
static long (*const adjust_room)(void *ctx, int delta, u32 mode, u64 flags) = (void *)50;
static long (*const adjust_tail)(void *ctx, int delta) = (void *)65;
static u64 (*const jiffies)(void) = (void *)118;
static u64 (*const boot_nanos)(void) = (void *)125;
static void *(*const ring_reserve)(void *ring, u64 size, u64 flags) = (void *)131;
static void (*const ring_submit)(void *record, u64 flags) = (void *)132;
static void (*const ring_discard)(void *record, u64 flags) = (void *)133;
static u64 (*const coarse_nanos)(void) = (void *)160;
static long (*const xdp_load_bytes)(void *ctx, u32 at, void *to, u32 length) = (void *)189;

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

INLINE u16 swap16(u16 x) { return __builtin_bswap16(x); }
INLINE u32 swap32(u32 x) { return __builtin_bswap32(x); }
INLINE u64 swap64(u64 x) { return __builtin_bswap64(x); }
