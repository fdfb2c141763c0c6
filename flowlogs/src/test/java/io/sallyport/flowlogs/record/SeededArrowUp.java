package io.sallyport.flowlogs.record;

import io.sallyport.flowlogs.export.TrafficKind;

/** Breaks a rule on purpose: a record that knows of export. */
public final class SeededArrowUp {

    public TrafficKind kind() {
        return TrafficKind.ALL;
    }
}
