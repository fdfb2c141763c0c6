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
}
