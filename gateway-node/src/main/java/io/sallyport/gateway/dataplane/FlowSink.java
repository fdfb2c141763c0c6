package io.sallyport.gateway.dataplane;

import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.gateway.wire.HotPath;

/** Takes what was counted. Worker thread; never blocks. */
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
    FlowSink NONE = _ -> true;

    /**
     * Packets of one direction of a connection, or of one that was refused.
     *
     * @param sample the caller's, who fills it again afterwards
     * @return false: full; the sink counts the loss
     */
    boolean offer(FlowSample sample);

    /** Packets of this gateway, by its index modulo 4096, will never be offered: records miss. */
    default void lost(int gateway) {}

    /** How many were ever taken, in this life and those before; 0: nobody remembers. */
    default long position() {
        return 0;
    }
}
