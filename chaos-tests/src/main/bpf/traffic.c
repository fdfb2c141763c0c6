/* The bench's own ends of the wire: a generator of frames of many flows, and a sink that counts and
 * drops. Both run in the kernel, so that neither sockets nor copies are measured. */
#include "traffic.h"

SEC(".maps") struct map plan = {MAP_ARRAY, 4, sizeof(struct plan), 1, MMAPABLE};
SEC(".maps") struct map arrivals = {MAP_ARRAY, 4, sizeof(struct arrivals), 1, MMAPABLE};
SEC(".maps") struct map measured = {MAP_PROGRAMS, 4, 4, 1, 0};

enum { ETHERNET = 14, IP4 = 20, IP6 = 40, OUTER = 50 };

/* Offsets in UDP are its checksum's and its payload's; in a SYN its checksum's and its sequence
 * number's, which is free to carry a time. */
enum { UDP_CHECKSUM = 6, UDP_STAMP = 8, TCP_CHECKSUM = 16, TCP_STAMP = 4 };

INLINE u16 folded(u32 sum) {
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~sum;
}

/* Copies the template and fills in a flow, the time and the checksums. Every offset is a constant;
 * `address` is that of the client's last 32 bits, `ip` that of an IPv4 header or 0. */
INLINE int fill(struct plan *p, u8 *data, u8 *end, u32 length, u32 ip, u32 address, u32 transport,
                u32 checksum, u32 stamp) {
    if (data + length > end)
        return XDP_DROP;
#pragma unroll
    for (u32 i = 0; i < FRAME_MAX / 8; i++)
        if (8 * i + 8 <= length)
            *(u64 *)(data + 8 * i) = p->frame[i];
    if (length & 4)
        *(u32 *)(data + (length & ~7)) = *((u32 *)p->frame + (length & ~7) / 4);
    if (length & 2)
        *(u16 *)(data + (length & ~3)) = *((u16 *)p->frame + (length & ~3) / 2);

    u32 client = __builtin_bswap32(p->first_client + p->client);
    u16 client_port = __builtin_bswap16(p->first_client_port + p->client_port);
    u16 remote_port = __builtin_bswap16(p->first_remote_port + p->remote_port);
    u32 now = bpf_ktime_get_ns();
    u32 client_sum = (client & 0xffff) + (client >> 16);
    *(u32 *)(data + address) = client;
    *(u16 *)(data + transport) = client_port;
    *(u16 *)(data + transport + 2) = remote_port;
    *(u32 *)(data + transport + stamp) = now;
    *(u16 *)(data + transport + checksum) =
        folded(p->checksum + client_sum + client_port + remote_port + (now & 0xffff) + (now >> 16));
    if (ip)
        *(u16 *)(data + ip + 10) = folded(p->ip_checksum + client_sum);

    p->sent++;
    if (++p->remote_port == p->remote_ports) {
        p->remote_port = 0;
        if (++p->client == p->clients) {
            p->client = 0;
            if (++p->client_port == p->client_ports)
                p->client_port = 0;
        }
    }
    if (p->drop)
        return XDP_DROP;
    return p->device ? bpf_redirect(p->device, 0) : XDP_PASS;
}

/* Run by BPF_PROG_RUN with live frames, each as long as the plan's kind says. */
SEC("xdp/generate") int generate(struct xdp_md *ctx) {
    u8 *data = (u8 *)(u64)ctx->data, *end = (u8 *)(u64)ctx->data_end;
    u32 zero = 0;
    struct plan *p = bpf_map_lookup_elem(&plan, &zero);
    if (!p)
        return XDP_DROP;
    switch (p->kind) {
    case UDP4:
        return fill(p, data, end, UDP4_LENGTH, ETHERNET, ETHERNET + 12, ETHERNET + IP4,
                    UDP_CHECKSUM, UDP_STAMP);
    case UDP6:
        return fill(p, data, end, UDP6_LENGTH, 0, ETHERNET + 20, ETHERNET + IP6, UDP_CHECKSUM,
                    UDP_STAMP);
    case SYN4:
        return fill(p, data, end, SYN4_LENGTH, ETHERNET, ETHERNET + 12, ETHERNET + IP4,
                    TCP_CHECKSUM, TCP_STAMP);
    case SYN6:
        return fill(p, data, end, SYN6_LENGTH, 0, ETHERNET + 20, ETHERNET + IP6, TCP_CHECKSUM,
                    TCP_STAMP);
    case VXLAN4:
        return fill(p, data, end, VXLAN4_LENGTH, OUTER + ETHERNET, OUTER + ETHERNET + 12,
                    OUTER + ETHERNET + IP4, UDP_CHECKSUM, UDP_STAMP);
    }
    return XDP_DROP;
}

/* Nanoseconds in 1024 steps, each at most 1/32 wide. */
INLINE u32 step_of(u32 nanos) {
    u32 exponent = 0, rest = nanos;
#pragma unroll
    for (u32 bits = 16; bits > 0; bits /= 2)
        if (rest >> bits) {
            rest >>= bits;
            exponent += bits;
        }
    if (exponent < 5)
        return nanos;
    return ((exponent - 4) << 5 | (nanos >> (exponent - 5) & 31)) & (LATENCIES - 1);
}

/* Whether it was generated and is now counted. */
INLINE int counted(u8 *data, u8 *end, u32 length) {
    u32 zero = 0;
    struct arrivals *a = bpf_map_lookup_elem(&arrivals, &zero);
    if (!a || data + ETHERNET + IP4 + 12 > end)
        return 0;
    u16 type = *(u16 *)(data + 12);
    u8 protocol;
    u8 *transport;
    if (type == __builtin_bswap16(0x0800)) {
        if (*(u32 *)(data + ETHERNET + 16) != a->address)
            return 0;
        protocol = data[ETHERNET + 9];
        transport = data + ETHERNET + IP4;
    } else if (type == __builtin_bswap16(0x86dd)) {
        transport = data + ETHERNET + IP6;
        if (transport + 12 > end || *(u32 *)(data + ETHERNET + 36) != a->address)
            return 0;
        protocol = data[ETHERNET + 6];
    } else {
        return 0;
    }
    __sync_fetch_and_add(&a->packets, 1);
    __sync_fetch_and_add(&a->bytes, length);
    if (a->timed) {
        u64 now = bpf_ktime_get_ns();
        u32 stamp = *(u32 *)(transport + (protocol == 6 ? TCP_STAMP : UDP_STAMP));
        __sync_fetch_and_add(&a->latency[step_of((u32)now - stamp)], 1);
        a->last = now;
    }
    return 1;
}

SEC("tc/sink") int sink_tcx(struct __sk_buff *skb) {
    return counted((u8 *)(u64)skb->data, (u8 *)(u64)skb->data_end, skb->len) ? TCX_DROP : TCX_NEXT;
}

SEC("xdp/sink") int sink_xdp(struct xdp_md *ctx) {
    u8 *data = (u8 *)(u64)ctx->data, *end = (u8 *)(u64)ctx->data_end;
    return counted(data, end, ctx->data_end - ctx->data) ? XDP_DROP : XDP_PASS;
}

/* The program in `measured`, each time on the next flow's frame: run by hand, it is paid for with
 * this much less; the same with an empty program in its place is what to subtract. */
INLINE void next_frame(u32 data, u32 end) {
    u32 zero = 0;
    struct plan *p = bpf_map_lookup_elem(&plan, &zero);
    if (p)
        fill(p, (u8 *)(u64)data, (u8 *)(u64)end, UDP4_LENGTH, ETHERNET, ETHERNET + 12,
             ETHERNET + IP4, UDP_CHECKSUM, UDP_STAMP);
}

SEC("tc/measure") int measure_tcx(struct __sk_buff *skb) {
    next_frame(skb->data, skb->data_end);
    bpf_tail_call(skb, &measured, 0);
    return TCX_NEXT;
}

SEC("xdp/measure") int measure_xdp(struct xdp_md *ctx) {
    next_frame(ctx->data, ctx->data_end);
    bpf_tail_call(ctx, &measured, 0);
    return XDP_PASS;
}

SEC("tc/empty") int empty_tcx(struct __sk_buff *skb) { return TCX_DROP; }

SEC("xdp/empty") int empty_xdp(struct xdp_md *ctx) { return XDP_DROP; }

char terms[] SEC("license") = "GPL";
