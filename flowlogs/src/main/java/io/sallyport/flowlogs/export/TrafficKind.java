package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.FlowRecord;

/** Which traffic a subscription wants; silence and gaps are told to all. */
public enum TrafficKind {
    ACCEPT,
    REJECT,
    ALL;

    boolean wants(FlowRecord record) {
        return switch (record) {
            case FlowRecord.Traffic traffic ->
                    switch (this) {
                        case ALL -> true;
                        case ACCEPT -> traffic.action() == Action.ACCEPT;
                        case REJECT -> traffic.action() == Action.REJECT;
                    };
            case FlowRecord.NoData _, FlowRecord.SkipData _ -> true;
        };
    }
}
