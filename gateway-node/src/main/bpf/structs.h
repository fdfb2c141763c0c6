/*
 * What the maps hold, shared with Java, which mirrors it in connections.RecordLayout and
 * kernel.MapLayout (a test compares them). Numbers are in the machine's byte order, addresses too:
 * two 64-bit halves, IPv4 as ::ffff:a.b.c.d. MACs of next hops are bytes as on the wire; those in
 * paths are numbers, in the low 48 bits. All sizes are powers of two, so that a number becomes an
 * address by a shift.
 */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

/* State bits of a record. */
enum {
    OPEN = 1,
    STOPPED = 2,
    ALLOWED_OUT = 4,
    ALLOWED_IN = 8,
    EIP_GONE = 16,
    IN_ORDER = 32, /* what Java asks the view of each packet holds for all of this connection's */
};

/* Of a record's flags what is known of next_out or next_in. */
enum {
    NEXT_KNOWN = 1 << 16,
    NEXT_DOUBTED = 1 << 17, /* Java took a segment's word for it */
    NEXT_GAP = 1 << 18,     /* segments before it were not seen */
};

/* connections: by slot, 0 unused. Line 0 is Java's; to line 1 both add, atomically. */
struct connection {
    u64 inside_high, inside_low, remote_high, remote_low;
    u32 vni_protocol; /* VPC << 8 | protocol; 0: free */
    u16 inside_port, remote_port, eip, nat_port;
    u8 state, kind;
    u16 gateway;
    u64 ways; /* next hop out 16, next hop in 16, number of its path 32, from the lowest bit on */
    u32 acl_version, generation;
    u64 out_packets, out_bytes, in_packets, in_bytes, out_last, in_last;
    u32 flags_out, flags_in; /* low byte: all TCP flags; second: those Java's meter has not seen */
    u32 next_out, next_in;   /* the next sequence number from inside and outside: see window.h */
};

/* buckets: the hash's share of all, then its neighbours while somebody overflowed. */
struct bucket {
    u64 overflow;
    u64 entries[7]; /* fingerprint 32 | slot 31 | direction 1 (0 out, 1 in); 0: empty */
};

/*
 * paths: by the record's number of it, how a client is reached; vtep 0: on a plain device. Written
 * before the first record names it and left alone for 150 ms after none does any more, so it is
 * never read by halves; a client that moves has another number from then on.
 */
struct path {
    u64 vtep_high, vtep_low, client_mac, gateway_mac;
};

/* eips: by the record's eip. */
struct address {
    u64 high, low;
};

/* addresses: what of the box's and the gateways' a packet may be sent to. */
enum {
    ADDRESS_EIP = 1,   /* an EIP of the view: from outside it is ours, known connection or not */
    ADDRESS_LOCAL = 2, /* the box's own: left to its kernel */
};

enum {
    HOP_NONE = 0, /* also entry 0: not known, goes up */
    HOP_PLAIN = 1,
    HOP_TUNNEL = 2, /* ifindex is a collect-metadata vxlan device (tcx) or the underlay's (xdp) */
};

/*
 * nexthops: by the record's ways. Towards clients only smac (plain), ifindex, mtu, kind and local
 * count: the MACs lie in paths.
 */
struct nexthop {
    u8 dmac[6], smac[6];
    u32 ifindex;
    u16 mtu, kind;
    u32 zero;
    u64 local_high, local_low; /* outer source address of a tunnel */
    u8 reserved[24];
};

/* meta: entry 0. */
struct meta {
    u32 layout, connections; /* LAYOUT; N */
    u64 buckets;             /* how many */
    u64 seed[7];             /* KeyHash's */
    u64 act_until;           /* CLOCK_BOOTTIME, ns: nothing is forwarded from then on */
    u64 reserved;
    u64 seed_ipv4;           /* what of the hash is the same for all IPv4 keys */
    u64 more[4];
};

enum {
    DEVICE_TUNNEL_V6 = 1, /* the underlay is IPv6 */
};

#define NO_VPC 0xffffffffU

/* device: entry 0 of a map of the device's own, bound when the program is loaded for it. */
struct device {
    u64 mac;     /* 0: frames to any MAC are for us (a tunnel) */
    u32 vpc;     /* of a plain inside device; NO_VPC: several, all goes up */
    u32 flags;
    u32 polling; /* Java looks at the ring by itself: do not wake it */
    u32 ifindex;
    u64 local_high, local_low; /* the tunnels' own end: what was sent to another is not; 0: all */
    u32 tunnel_port;           /* on a plain device: theirs, which may come by it; 0: there are none */
    u32 zero;
    u64 reserved[2];
};

/*
 * Behind a frame that Java sends through a tunnel device, for the program at its egress to take
 * off: where it goes.
 */
struct tunnel_end {
    u64 high, low;
    u32 vni, reserved;
};

#define POLICY_NONE 0xffffffffU /* policies: by gateway; such packets go up */

/*
 * prefixes: longest match. On this plain inside device, targets that are the VPC's own, which its
 * neighbours or the box may be routing; they are left to the kernel.
 */
struct prefix {
    u32 bits;                /* 32 for the ifindex, and those of the address as 128 bits */
    u32 ifindex;
    u64 high, low;           /* as on the wire */
};

/* punts: one record a frame that goes up, caplen bytes behind it. */
struct punt {
    u32 length, caplen; /* of the frame from its Ethernet header on */
    u32 ifindex, vni;   /* vni 0xffffffff: not from a tunnel */
    u64 vtep_high, vtep_low;
    u16 reason, gso_size;
    u32 gso_segs;
    u64 time; /* CLOCK_MONOTONIC, ns */
    u8 data[];
};

/* stats: by a number of reasons.h, per CPU. */
struct count {
    u64 packets, bytes; /* a large frame counts as its segments; bytes of IP, as Java's counters */
};

/* clocks: entry 0, per CPU, the programs' own: see clock.h. */
struct clock {
    u64 jiffy;
    u64 now;  /* CLOCK_MONOTONIC then, ns */
    u64 boot; /* CLOCK_BOOTTIME then, ns */
    u64 reserved;
};

/* frags: the connection of a datagram's later fragments, written with its first. */
struct fragment_key {
    u64 source_high, source_low, target_high, target_low;
    u64 name; /* VPC or OUTSIDE_FRAGMENTS << 33 | IPv6 << 32 | protocol (IPv4) << 16 | id */
};

struct fragment {
    u32 slot, generation;
    u64 time;
};

#define SAME(type, bytes) _Static_assert(sizeof(type) == bytes, #type)
SAME(struct connection, 128);
SAME(struct bucket, 64);
SAME(struct path, 32);
SAME(struct address, 16);
SAME(struct nexthop, 64);
SAME(struct meta, 128);
SAME(struct device, 64);
SAME(struct tunnel_end, 24);
SAME(struct prefix, 24);
SAME(struct punt, 48);
SAME(struct count, 16);
SAME(struct clock, 32);
SAME(struct fragment_key, 40);
SAME(struct fragment, 16);
