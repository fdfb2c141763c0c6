package io.sallyport.flowlogs.format;

import io.sallyport.flowlogs.record.FlowRecord;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A record in one of AWS' formats.
 *
 * @param version of the format: the highest of its fields
 * @param flow empty for silence and gaps
 */
record Shown(int version, Origin origin, FlowRecord record, Optional<Flow> flow) {

    static final String NOTHING = "-";

    /** The value where there was traffic. */
    String traffic(Function<Flow, String> value) {
        return flow.isPresent() ? value.apply(flow.get()) : NOTHING;
    }

    String number(ToLongFunction<Flow> value) {
        return flow.isPresent() ? Long.toString(value.applyAsLong(flow.get())) : NOTHING;
    }

    String address(Function<Flow, ? extends Optional<?>> value) {
        return flow.flatMap(value).map(Object::toString).orElse(NOTHING);
    }

    String status() {
        return status(record);
    }

    static String status(FlowRecord record) {
        return switch (record) {
            case FlowRecord.Traffic _ -> "OK";
            case FlowRecord.NoData _ -> "NODATA";
            case FlowRecord.SkipData _ -> "SKIPDATA";
        };
    }
}
