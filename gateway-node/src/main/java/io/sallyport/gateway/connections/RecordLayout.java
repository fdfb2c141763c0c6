package io.sallyport.gateway.connections;

/**
 * The record of one connection, 128 bytes, in the machine's byte order except addresses.
 *
 * <pre>
 * line 0, written at install     0 inside high 8 | 8 inside low 8 | 16 remote high 8 | 24 remote low 8
 *                               32 vni,protocol 4 (0 = free) | 36 inside port 2 | 38 remote port 2
 *                               40 eip index 2 | 42 nat port 2 | 44 state 1 | 45 kind 1 | 46 gateway 2
 *                               48 ways 8: next hop out 16 | next hop in 16 | path 32, from the lowest
 *                               bit on | 56 acl version 4 | 60 generation 4
 * line 1, added to per packet   64 out packets 8 | 72 out bytes 8 | 80 in packets 8 | 88 in bytes 8
 *                               96 out last 8 | 104 in last 8 | 112 flags out 4 | 116 flags in 4
 *                              120 next out 4 | 124 next in 4
 * bucket, 64 bytes               0 overflow 8 | 8 entries 7 x (fingerprint 32 | slot 31 | direction 1)
 * path, 32 bytes                 0 tunnel endpoint high 8 | 8 low 8 | 16 client MAC 8 | 24 gateway MAC 8
 * address, 16 bytes              0 high 8 | 8 low 8
 * </pre>
 *
 * <p>The kernel fast path has the same in {@code src/main/bpf/structs.h}; a test compares them.
 */
final class RecordLayout {

    static final int BYTES = 128;
    static final int INSIDE = 0;
    static final int REMOTE = 16;
    static final int VNI_PROTOCOL = 32;
    static final int INSIDE_PORT = 36;
    static final int REMOTE_PORT = 38;
    static final int EIP = 40;
    static final int NAT_PORT = 42;
    static final int STATE = 44;
    static final int GATEWAY = 46;
    static final int WAYS = 48;
    static final int ACL_VERSION = 56;
    static final int GENERATION = 60;
    static final int OUT_PACKETS = 64;
    static final int OUT_BYTES = 72;
    static final int IN_PACKETS = 80;
    static final int IN_BYTES = 88;
    static final int OUT_LAST = 96;
    static final int IN_LAST = 104;
    static final int FLAGS_OUT = 112;
    static final int FLAGS_IN = 116;
    static final int NEXT_OUT = 120;
    static final int NEXT_IN = 124;

    static final int BUCKET_BYTES = 64;
    static final int ENTRIES = 7;

    static final int PATH_BYTES = 32;
    static final int ADDRESS_BYTES = 16;

    private RecordLayout() {}
}
