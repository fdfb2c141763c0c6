package io.sallyport.flowlogs.export;

import io.sallyport.ids.FlowLogId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is missing and must still be told as SKIPDATA: one joined gap per flow log. Any thread. */
final class Gaps implements Spool.Losses {

    private final Map<FlowLogId, Gap> gaps = new HashMap<>();

    @Override
    public synchronized void lost(FlowLogId flowLog, Gap gap) {
        gaps.merge(flowLog, gap, Gap::join);
    }

    /** Hands over the gap; whoever takes it tells it. */
    synchronized Optional<Gap> take(FlowLogId flowLog) {
        return Optional.ofNullable(gaps.remove(flowLog));
    }

    synchronized Map<FlowLogId, Optional<Gap>> all() {
        Map<FlowLogId, Optional<Gap>> all = new HashMap<>();
        gaps.forEach((flowLog, gap) -> all.put(flowLog, Optional.of(gap)));
        return all;
    }
}
