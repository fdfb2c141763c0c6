package io.sallyport.gateway.kernel;

/**
 * What the maps hold beside the connection table, as {@code src/main/bpf/structs.h} has it; a test
 * compares them. Offsets and sizes in bytes.
 */
final class MapLayout {

    /** LAYOUT of limits.h: programs and maps of different ones are never used together. */
    static final int VERSION = 6;

    static final int NEXT_HOP_BYTES = 64;
    static final int NEXT_HOP_TARGET = 0;
    static final int NEXT_HOP_SOURCE = 6;
    static final int NEXT_HOP_DEVICE = 12;
    static final int NEXT_HOP_MTU = 16;
    static final int NEXT_HOP_KIND = 18;
    static final int NEXT_HOP_LOCAL = 24;
    static final short KIND_NONE = 0;
    static final short KIND_PLAIN = 1;
    static final short KIND_TUNNEL = 2;

    static final int META_VERSION = 0;
    static final int META_CONNECTIONS = 4;
    static final int META_BUCKETS = 8;
    static final int META_SEEDS = 16;
    static final int META_ACT_UNTIL = 72;

    /** Of the reserved words, which no program reads. */
    static final int META_LIFE = 80;

    static final int META_DEVICES = 84;
    static final int META_SEED_IPV4 = 88;

    /** Of what was told by slot; no program reads it. */
    static final int TOLD_BYTES = 24;

    /** Of the memory of what is on its way to flow logs; no program reads it. */
    static final int FLOWS_BYTES = 8 << 20;

    /** {@link #META_LIFE} of whoever wrote it last. */
    static final int FLOWS_LIFE = 0;

    static final int FLOWS_NOTES = 64;
    static final int FLOWS_RING = 1 << 17;

    static final int DEVICE_MAC = 0;
    static final int DEVICE_VPC = 8;
    static final int DEVICE_FLAGS = 12;
    static final int DEVICE_TUNNEL_V6 = 1;
    static final int DEVICE_INDEX = 20;
    static final int DEVICE_LOCAL = 24;
    static final int DEVICE_TUNNEL_PORT = 40;
    static final int NO_VPC = -1;

    static final int ADDRESS_EIP = 1;
    static final int ADDRESS_LOCAL = 2;

    static final int PREFIX_BYTES = 24;
    static final int PREFIX_DEVICE = 4;
    static final int PREFIX_ADDRESS = 8;
    static final int PREFIX_DEVICE_BITS = 32;

    /** The kernel rounds an array's values up to so much. */
    static final int ARRAY_STRIDE = 8;

    /** POLICY_NONE: packets of such a gateway go up. */
    static final int POLICY_NONE = -1;

    static final int PUNT_LENGTH = 0;
    static final int PUNT_CAPTURED = 4;
    static final int PUNT_VNI = 12;
    static final int PUNT_TUNNEL = 16;
    static final int PUNT_REASON = 32;
    static final int PUNT_GSO_SIZE = 34;
    static final int PUNT_TIME = 40;
    static final int PUNT_DATA = 48;

    static final int COUNT_BYTES = 16;
    static final int COUNT_PACKETS = 0;
    static final int COUNT_IP_BYTES = 8;

    /** MARK of tcx.c. */
    static final int SENDER_MARK = 0x5a11;

    private MapLayout() {}
}
