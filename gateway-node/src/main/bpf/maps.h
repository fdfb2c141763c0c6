/*
 * The maps, by name. The loader makes them from these words; `entries` 0: as many as the node's
 * configuration says. `punts` and `device` are a device's own: the program is loaded once for each
 * device, bound to that device's two. All others are the node's, shared by all its programs.
 */
#pragma once

#include "kernel.h"
#include "reasons.h"

struct map {
    u32 type, key, value, entries, flags;
};

#define MAP(name, type, key, value, entries, flags) \
    SECTION(".maps") struct map name = {type, key, value, entries, flags}

MAP(connections, MAP_ARRAY, 4, sizeof(struct connection), 0, MMAPABLE); /* N + 1 */
MAP(buckets, MAP_ARRAY, 4, sizeof(struct bucket), 0, MMAPABLE);
MAP(paths, MAP_ARRAY, 4, sizeof(struct path), 0, MMAPABLE); /* as many as N clients share */
MAP(eips, MAP_ARRAY, 4, sizeof(struct address), 65536, MMAPABLE);
MAP(nexthops, MAP_ARRAY, 4, sizeof(struct nexthop), 256, MMAPABLE);
MAP(policies, MAP_ARRAY, 4, sizeof(u32), 65536, MMAPABLE);
MAP(meta, MAP_ARRAY, 4, sizeof(struct meta), 1, MMAPABLE);
MAP(addresses, MAP_HASH, sizeof(struct address), sizeof(u32), 131072, NO_PREALLOC);
MAP(prefixes, MAP_LPM_TRIE, sizeof(struct prefix), sizeof(u32), 4096, NO_PREALLOC);
MAP(frags, MAP_LRU_HASH, sizeof(struct fragment_key), sizeof(struct fragment), 65536, 0);
MAP(stats, MAP_PERCPU_ARRAY, 4, sizeof(struct count), STATS, 0);
MAP(clocks, MAP_PERCPU_ARRAY, 4, sizeof(struct clock), 1, 0);
MAP(device, MAP_ARRAY, 4, sizeof(struct device), 1, MMAPABLE);
MAP(punts, MAP_RINGBUF, 0, 0, 1 << 24, 0);
