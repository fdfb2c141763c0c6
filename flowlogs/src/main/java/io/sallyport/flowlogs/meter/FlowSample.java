package io.sallyport.flowlogs.meter;

/**
 * What was counted of one direction of a connection since it was last told, or of packets that were
 * refused. Made once and filled again for the next, so that telling allocates nothing: all fields
 * are set each time, and who is shown one keeps nothing of it. What is not known is 0. One thread
 * at a time.
 */
public final class FlowSample {

    /** The gateway's index, 0 or more. */
    public int gateway;

    /**
     * Bits of the ways past the gateway's interface: 1 client to interface, 2 interface to remote,
     * 4 remote to interface, 8 interface to client. Of refused packets the first way alone.
     */
    public int legs;

    /** IANA number, 0 to 255. */
    public int protocol;

    /** First and last 64 bits of the client's address, IPv4 ones mapped. */
    public long clientHigh;

    public long clientLow;

    /** 0 to 65535; for ICMP echo its identifier, as {@link #natPort}. */
    public int clientPort;

    public long eipHigh;
    public long eipLow;
    public int natPort;
    public long remoteHigh;
    public long remoteLow;
    public int remotePort;

    /** 0 where nothing but the end is told. */
    public long packets;

    /** IP total lengths, summed over the packets. */
    public long bytes;

    /** Unix time of the first and the last packet counted here. */
    public long firstMillis;

    public long lastMillis;

    /** FIN 1, SYN 2, RST 4, SYN-ACK 18, those of all packets or-ed; 0 to 511. */
    public int tcpFlags;

    /** False: the packets were denied, or came after the connection's end. */
    public boolean accepted;

    /** Why they were refused, a number of {@code DropReason}, 1 to 255; 0 where they were not. */
    public int reason;

    /** Unix time since when the connection is forwarded here; 0: there is none. */
    public long openedMillis;

    /** 0: it goes on; else an ordinal of {@code Ended}. */
    public int ended;

    public void client(long high, long low, int port) {
        clientHigh = high;
        clientLow = low;
        clientPort = port;
    }

    public void eip(long high, long low, int port) {
        eipHigh = high;
        eipLow = low;
        natPort = port;
    }

    public void remote(long high, long low, int port) {
        remoteHigh = high;
        remoteLow = low;
        remotePort = port;
    }

    public void counted(long packetsNow, long bytesNow, long first, long last, int flags) {
        packets = packetsNow;
        bytes = bytesNow;
        firstMillis = first;
        lastMillis = last;
        tcpFlags = flags;
    }
}
