/*
 * From a key to its record: KeyHash, BucketIndex and the comparison of ConnectionTable, bit for
 * bit. Java alone inserts and removes; it writes a record before the entries that lead to it, and
 * leaves one alone for 100 ms after they are gone, so what is found here stays whole.
 */
#pragma once

#include "clock.h"
#include "limits.h"
#include "maps.h"

/* One product of a sum that spreads any two keys apart for all but one in 2^32 seeds (NH). */
INLINE u64 product(u32 a, u32 b, u64 seed) {
    u32 x = a + (u32)seed, y = b + (u32)(seed >> 32);
    return (u64)x * y;
}

INLINE u64 key_hash(
        struct meta *m, u64 near_high, u64 near_low, u64 far_high, u64 far_low, u32 ports,
        u64 space, const int v4) {
    u64 h = v4 ? m->seed_ipv4
               : product(near_high >> 32, far_high >> 32, m->seed[0])
                         + product(near_high, far_high, m->seed[1])
                         + product(near_low >> 32, far_low >> 32, m->seed[2]);
    h += product(near_low, far_low, m->seed[3]) + product(ports, space, m->seed[4]) + space;
    h = (h ^ h >> 32) * (m->seed[5] | 1);
    h = (h ^ h >> 32) * (m->seed[6] | 1);
    return h ^ h >> 32;
}

/* A packet's key: near is the client or the EIP. */
struct key {
    u64 near_high, near_low, far_high, far_low;
    u16 near_port, far_port;
    u32 vni_protocol; /* from outside the protocol alone */
};

INLINE int is_key(struct connection *c, struct key *k, const int outward) {
    if (c->remote_low != k->far_low || c->remote_high != k->far_high
            || c->remote_port != k->far_port) {
        return 0;
    }
    if (outward) {
        return c->vni_protocol == k->vni_protocol && c->inside_port == k->near_port
                && c->inside_low == k->near_low && c->inside_high == k->near_high;
    }
    if ((c->vni_protocol & 0xff) != k->vni_protocol || c->nat_port != k->near_port) {
        return 0;
    }
    u32 number = c->eip;
    struct address *eip = map_lookup(&eips, &number);
    return eip && eip->low == k->near_low && eip->high == k->near_high;
}

/*
 * Null: Java is to look. The first bucket with the key's fingerprint decides: that another key has
 * the same in 32 bits happens once in billions of packets.
 */
INLINE struct connection *find(
        struct meta *m, struct key *k, const int v4, const int outward, u32 *slot) {
    u64 hash = key_hash(
            m, k->near_high, k->near_low, k->far_high, k->far_low,
            (u32)k->near_port << 16 | k->far_port,
            outward ? k->vni_protocol : OUTSIDE_SPACE | k->vni_protocol, v4);
    u64 wanted = hash >> 32 << 32 | !outward;
    u64 found = 0;
    u32 index = (hash & 0xffffffff) * m->buckets >> 32;
    for (u32 probe = 0; probe < PROBES; probe++) {
        struct bucket *bucket = map_lookup(&buckets, &index);
        if (!bucket) {
            return 0;
        }
#pragma unroll
        for (u32 i = 0; i < ENTRIES; i++) {
            u64 entry = *(volatile u64 *)&bucket->entries[i];
            if (((entry ^ wanted) & 0xffffffff00000001ULL) == 0) {
                found = entry;
            }
        }
        if (found || !*(volatile u64 *)&bucket->overflow) {
            break;
        }
        index = index + 1 == m->buckets ? 0 : index + 1;
    }
    *slot = (u32)found >> 1;
    struct connection *c = map_lookup(&connections, slot);
    return c && is_key(c, k, outward) ? c : 0;
}

INLINE void fragment_key(struct fragment_key *k, struct packet *p, const int v4, u32 space) {
    k->source_high = p->source_high;
    k->source_low = p->source_low;
    k->target_high = p->target_high;
    k->target_low = p->target_low;
    /* IPv6 numbers datagrams per pair of hosts; what follows its fragment header may differ. */
    k->name = (u64)space << 33 | (v4 ? (u64)p->protocol << 16 : 1ULL << 32) | p->id;
}

INLINE struct connection *find_fragment(struct fragment_key *k, u32 *slot) {
    struct fragment *known = map_lookup(&frags, k);
    struct clock *c = time();
    /* Another CPU's clock may be a tick ahead. */
    if (!known || !c || (s64)(c->now - known->time) >= FRAGMENT_NANOS) {
        return 0;
    }
    *slot = known->slot;
    struct connection *found = map_lookup(&connections, slot);
    return found && found->vni_protocol && found->generation == known->generation
                   ? found
                   : 0;
}

INLINE void remember_fragment(struct fragment_key *k, u32 slot, u32 generation) {
    struct clock *c = time();
    struct fragment first = {slot, generation, c ? c->now : 0};
    map_update(&frags, k, &first, 0);
}

/* Another datagram has the name by now; until its first is remembered, Java knows best. */
INLINE void forget_fragment(struct fragment_key *k) { map_delete(&frags, k); }
