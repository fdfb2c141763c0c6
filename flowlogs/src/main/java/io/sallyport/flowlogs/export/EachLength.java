package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.flowlogs.window.FlowWindows;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Gives each counter to the windows of every length. One thread.
 *
 * @param windows by minutes
 */
record EachLength(Map<Integer, FlowWindows> windows) implements Consumer<FlowSample> {

    @Override
    public void accept(FlowSample sample) {
        windows.values().forEach(one -> one.accept(sample));
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
