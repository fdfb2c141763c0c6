/* For BpfTest. clang -O2 -target bpf -mcpu=v3 -c tiny.c -o tiny.o */
typedef unsigned int u32;
typedef unsigned long long u64;

struct map {
    u32 type, key, value, entries, flags;
};
struct __sk_buff {
    u32 len;
};

static void *(*const map_lookup)(void *map, const void *key) = (void *)1;
static void *(*const ring_reserve)(void *ring, u64 size, u64 flags) = (void *)131;
static void (*const ring_submit)(void *record, u64 flags) = (void *)132;

#define SECTION(name) __attribute__((section(name), used))

SECTION(".maps") struct map counts = {2, 4, 8, 4, 1024};
SECTION(".maps") struct map ring = {27, 0, 0, 4096, 0};

/* Counts, and tells each packet's length. */
SECTION("count") int counting(struct __sk_buff *packet) {
    u32 key = 1;
    u64 *number = map_lookup(&counts, &key);
    if (!number)
        return 0;
    __sync_fetch_and_add(number, 1);
    u64 *told = ring_reserve(&ring, 8, 0);
    if (told) {
        *told = packet->len;
        ring_submit(told, 0);
    }
    return 7;
}

/* Uses what may be null: the verifier refuses. */
SECTION("wrong") int wronging(struct __sk_buff *packet) {
    u32 key = 1;
    u64 *number = map_lookup(&counts, &key);
    return *number;
}

/* Does nothing. */
SECTION("idle") int idling(struct __sk_buff *packet) {
    return 0;
}
