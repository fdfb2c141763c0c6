package io.sallyport.gateway.io;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;

/**
 * One Ethernet frame in somebody's memory, and what its door knows of it. A flyweight that is
 * filled again for each packet. At least {@link #HEADROOM} bytes before {@link #at} are free for
 * the door that sends it.
 */
@HotPath
public final class Frame {

    public static final int HEADROOM = 64;

    /** {@link #offloadFlags}: the transport checksum is still to be completed. */
    public static final int NEEDS_CHECKSUM = 1;

    public static final int GSO_NONE = 0;
    public static final int GSO_TCPV4 = 1;
    public static final int GSO_TCPV6 = 4;

    /** UDP datagrams of one flow (USO); the older whole-datagram offload (3) is not taken. */
    public static final int GSO_UDP = 5;

    public static final int GSO_ECN = 0x80;

    public MemorySegment memory = MemorySegment.NULL;

    /** Where the Ethernet header begins. */
    public long at;

    /** Bytes from there on. */
    public int length;

    /** The virtio-net header's fields; offsets count from {@link #at}. */
    public int offloadFlags;

    public int gsoType;
    public int headerLength;
    public int gsoSize;
    public int checksumStart;
    public int checksumOffset;

    /** The VXLAN network identifier; -1 on doors that are no tunnel. */
    public int vni = -1;

    /** The other end of the tunnel. */
    public long tunnelHigh;

    public long tunnelLow;

    /** Forgets what an earlier frame's door knew. */
    public void plain(MemorySegment of, long begin, int bytes) {
        memory = of;
        at = begin;
        length = bytes;
        offloadFlags = 0;
        gsoType = GSO_NONE;
        headerLength = 0;
        gsoSize = 0;
        checksumStart = 0;
        checksumOffset = 0;
        vni = -1;
        tunnelHigh = 0;
        tunnelLow = 0;
    }

    /** Everything but the memory itself. */
    public void offloadsOf(Frame other) {
        offloadFlags = other.offloadFlags;
        gsoType = other.gsoType;
        headerLength = other.headerLength;
        gsoSize = other.gsoSize;
        checksumStart = other.checksumStart;
        checksumOffset = other.checksumOffset;
        vni = other.vni;
        tunnelHigh = other.tunnelHigh;
        tunnelLow = other.tunnelLow;
    }
}
