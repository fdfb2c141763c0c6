/* What the bench and its programs tell each other; io.sallyport.bench.TrafficLayout mirrors it. */
#pragma once

#include "bpf.h"

#define FRAME_MAX 128

/* Which frame is generated: constants, so that every offset in it is one too. */
enum kind { UDP4 = 0, UDP6 = 1, SYN4 = 2, SYN6 = 3, VXLAN4 = 4 };

/* Bytes of a frame, each a sum of 8s with one 4 and one 2 at most. */
enum { UDP4_LENGTH = 60, UDP6_LENGTH = 66, SYN4_LENGTH = 60, SYN6_LENGTH = 78, VXLAN4_LENGTH = 110 };

/* The one value of map `plan`. A flow is (client, client's port, remote port); they are counted
 * through like an odometer, the remote port fastest. Only one thread runs the generator of a plan. */
struct plan {
    u64 sent;
    u32 kind;
    u32 device;          /* 0: frames go up the stack; else they are redirected to this ifindex */
    u32 remote_ports, clients, client_ports;            /* how many of each */
    u32 remote_port, client, client_port;               /* which is next */
    u32 first_remote_port, first_client, first_client_port;
    u32 checksum;        /* of the transport header and what it covers, not folded, fields above 0 */
    u32 ip_checksum;     /* IPv4: of the header with the client's low 32 bits 0 */
    u32 drop;            /* frames end where they were made: what they cost alone */
    u64 frame[FRAME_MAX / 8];
};

#define LATENCIES 1024

/* The one value of map `arrivals`: what the sink dropped, by whom it was meant. */
struct arrivals {
    u64 packets, bytes;
    u64 last;            /* bpf_ktime_get_ns of the last one that was timed */
    u32 address;         /* the sink's: last 32 bits of the destination, network order */
    u32 timed;           /* whether `latency` is kept */
    u64 latency[LATENCIES]; /* how many took that long: 5 bits of exponent, 5 of mantissa, ns */
};
