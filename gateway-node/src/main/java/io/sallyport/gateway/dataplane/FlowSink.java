package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.wire.HotPath;

/** Takes what was counted; {@code FlowRing.offer} has this shape. Worker thread; never blocks. */
@HotPath
@FunctionalInterface
public interface FlowSink {

    /**
     * @param gateway the gateway's index
     * @param leg 0 client to gateway, 1 gateway to remote, 2 remote to gateway, 3 gateway to client
     * @param bytes IP total length, summed over packets
     * @param firstMillis Unix time of the first packet counted here
     * @param tcpFlags FIN 1, SYN 2, RST 4, SYN-ACK 18, or-ed
     * @return false: full; the sink counts the loss
     */
    boolean offer(
            int gateway,
            int leg,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            int protocol,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            boolean accepted);

    /**
     * What passed of a connection in one direction; by default its two legs one by one.
     *
     * @param nearHigh the gateway's private address, which stands at its interface
     * @param packets 0 where only the end is told
     * @param openedMillis Unix time since when it is forwarded here
     * @param ended 0: it goes on; else an ordinal of {@code Ended}
     * @return false: full; the sink counts the loss
     */
    default boolean passed(
            int gateway,
            boolean outward,
            int protocol,
            long nearHigh,
            long nearLow,
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
            long openedMillis,
            int ended) {
        if (packets == 0) {
            return true;
        }
        boolean first;
        boolean second;
        if (outward) {
            first =
                    offer(
                            gateway,
                            0,
                            clientHigh,
                            clientLow,
                            clientPort,
                            nearHigh,
                            nearLow,
                            remotePort,
                            protocol,
                            packets,
                            bytes,
                            firstMillis,
                            lastMillis,
                            tcpFlags,
                            true);
            second =
                    offer(
                            gateway,
                            1,
                            nearHigh,
                            nearLow,
                            natPort,
                            remoteHigh,
                            remoteLow,
                            remotePort,
                            protocol,
                            packets,
                            bytes,
                            firstMillis,
                            lastMillis,
                            tcpFlags,
                            true);
        } else {
            first =
                    offer(
                            gateway,
                            2,
                            remoteHigh,
                            remoteLow,
                            remotePort,
                            nearHigh,
                            nearLow,
                            natPort,
                            protocol,
                            packets,
                            bytes,
                            firstMillis,
                            lastMillis,
                            tcpFlags,
                            true);
            second =
                    offer(
                            gateway,
                            3,
                            nearHigh,
                            nearLow,
                            remotePort,
                            clientHigh,
                            clientLow,
                            clientPort,
                            protocol,
                            packets,
                            bytes,
                            firstMillis,
                            lastMillis,
                            tcpFlags,
                            true);
        }
        return first && second;
    }

    /**
     * What was refused on a leg; by default the leg alone.
     *
     * @param targetHigh what the leg shows: the gateway's private address
     * @param thereHigh where the packet itself was going; 0, 0 where nobody said
     * @param reason number of a {@link DropReason}; 0 where nobody said
     */
    default boolean denied(
            int gateway,
            int leg,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            long thereHigh,
            long thereLow,
            int reason,
            int protocol,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags) {
        return offer(
                gateway,
                leg,
                sourceHigh,
                sourceLow,
                sourcePort,
                targetHigh,
                targetLow,
                targetPort,
                protocol,
                packets,
                bytes,
                firstMillis,
                lastMillis,
                tcpFlags,
                false);
    }
}
