/* What these programs use of the kernel's BPF interface (include/uapi/linux/bpf.h), declared here so
 * that nothing but clang is needed to build them. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

/* As the loader reads it from section .maps. */
struct map {
    u32 type, key, value, entries, flags;
};

enum { MAP_ARRAY = 2, MAP_PROGRAMS = 3, MMAPABLE = 1024 };

struct xdp_md {
    u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};

/* Up to the last field that is used. */
struct __sk_buff {
    u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
    u32 ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, data, data_end;
};

enum { XDP_DROP = 1, XDP_PASS = 2 };
enum { TCX_NEXT = -1, TCX_DROP = 2 };

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static u64 (*bpf_ktime_get_ns)(void) = (void *)5;
static long (*bpf_tail_call)(void *ctx, void *programs, u32 index) = (void *)12;
static long (*bpf_redirect)(u32 ifindex, u64 flags) = (void *)23;
