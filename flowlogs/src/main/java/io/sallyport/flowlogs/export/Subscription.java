package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.format.RecordFormat;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.ids.FlowLogId;

/**
 * Who wants to read about which gateway, how, and where. A flow log of a subnet or a VPC is one of
 * these for each gateway there.
 *
 * @param gateway the gateway's index, as the packets' thread offers it
 * @param minutes 1 or 10: windows of the settings' length that make one of this flow log's
 */
public record Subscription(
        int gateway,
        Watched watched,
        FlowLogId flowLog,
        Destination destination,
        TrafficKind kind,
        RecordFormat format,
        int minutes) {

    public Subscription {
        if (minutes != 1 && minutes != 10) {
            throw new IllegalArgumentException("windows of " + minutes + " minutes");
        }
    }
}
