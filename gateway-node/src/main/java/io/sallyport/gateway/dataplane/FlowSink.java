package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.wire.HotPath;

/** Takes what was counted; {@code FlowRing.offer} has this shape. Worker thread; never blocks. */
@HotPath
@FunctionalInterface
public interface FlowSink {

    /** Legs of a packet's way past the gateway's interface, as bits. */
    int FROM_CLIENT = 1;

    int TO_REMOTE = 2;
    int FROM_REMOTE = 4;
    int TO_CLIENT = 8;

    /** Both legs of what passed. */
    int OUTWARD = FROM_CLIENT | TO_REMOTE;

    int INWARD = FROM_REMOTE | TO_CLIENT;

    /** Nobody reads flow logs. */
    FlowSink NONE =
            (gateway,
                    legs,
                    protocol,
                    clientHigh,
                    clientLow,
                    clientPort,
                    eipHigh,
                    eipLow,
                    natPort,
                    remoteHigh,
                    remoteLow,
                    remotePort,
                    packets,
                    bytes,
                    firstMillis,
                    lastMillis,
                    tcpFlags,
                    accepted,
                    reason,
                    openedMillis,
                    ended) -> true;

    /**
     * Packets of one direction of a connection, or of one that was refused. What is not known is 0.
     *
     * @param gateway the gateway's index
     * @param legs those that the packets passed; of refused ones the first alone
     * @param packets 0 where only the end is told
     * @param bytes IP total length, summed over packets
     * @param firstMillis Unix time of the first packet counted here
     * @param tcpFlags FIN 1, SYN 2, RST 4, SYN-ACK 18, or-ed
     * @param reason number of a {@link DropReason}; 0 where they were accepted
     * @param openedMillis Unix time since when the connection is forwarded here
     * @param ended 0: it goes on; else an ordinal of {@code Ended}
     * @return false: full; the sink counts the loss
     */
    boolean offer(
            int gateway,
            int legs,
            int protocol,
            long clientHigh,
            long clientLow,
            int clientPort,
            long eipHigh,
            long eipLow,
            int natPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            boolean accepted,
            int reason,
            long openedMillis,
            int ended);

    /** How many were ever taken, in this life and those before; 0: nobody remembers. */
    default long position() {
        return 0;
    }
}
