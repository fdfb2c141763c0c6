package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;

/** What the parser found in a frame; one instance, filled again for each packet. */
@HotPath
final class Packet {

    Frame frame = new Frame();
    MemorySegment memory = MemorySegment.NULL;

    /** Where the IP header begins, its packet's total length, and whether it is IPv4. */
    long ip;

    int length;
    boolean v4;
    int ttl;
    long sourceHigh;
    long sourceLow;
    long targetHigh;
    long targetLow;
    int protocol;

    /** Where the transport header begins, and how many bytes there are from there on. */
    long transport;

    int transportLength;

    /** The offset field in bytes, the identification, and whether more follow. */
    int fragmentOffset;

    long fragmentId;
    boolean moreFragments;

    /** Ports; an echo request has its identifier as source, an echo reply as target. */
    int sourcePort;

    int targetPort;
    int tcpFlags;
    int icmpType;
    int icmpCode;

    /** An ICMP error that tells about a packet of the other direction. */
    boolean icmpError;

    /** The transport checksum field holds only the pseudo-header's sum. */
    boolean partialChecksum;

    /** How many packets this is on the wire: above 1 for a large receive. */
    int segments;

    /** Bytes of IP and transport headers, which every segment repeats. */
    int headers;

    /** Longest IP packet of those. */
    int longest;

    boolean isFragment() {
        return moreFragments || fragmentOffset != 0;
    }

    /** IP total lengths of all its segments. */
    long wireBytes() {
        return length + (segments - 1L) * headers;
    }
}
