package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.window.FlowWindows;
import java.util.Map;

/**
 * Gives each counter to the windows of every length. One thread.
 *
 * @param windows by minutes
 */
record EachLength(Map<Integer, FlowWindows> windows) implements FlowRing.Sink {

    @Override
    public void accept(
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
            int ended) {
        for (FlowWindows one : windows.values()) {
            one.accept(
                    gateway,
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
                    ended);
        }
    }

    /** A counter of that gateway index, modulo {@link FlowRing#LOSS_MARKS}, was lost. */
    void lost(int mark, long nowMillis) {
        windows.values().forEach(one -> one.lost(mark, nowMillis));
    }

    /** Counters of that time may be lost, of any gateway. */
    void skip(long sinceMillis, long untilMillis) {
        windows.values().forEach(one -> one.skip(sinceMillis, untilMillis));
    }
}
