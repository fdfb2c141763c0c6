package io.sallyport.store.metrics;

import java.util.Optional;

/**
 * How a store stands in one group.
 *
 * @param group 0 is the control group
 * @param ready this store leads the group and takes calls
 * @param applied last log entry applied here
 * @param logStart first entry in the log
 * @param checkpoint last entry of the latest checkpoint; -1 without one
 * @param destinations how many have a lease; 0 in the control group
 */
public record GroupReport(
        int group,
        String role,
        Optional<String> leader,
        boolean ready,
        long term,
        long applied,
        long logStart,
        long checkpoint,
        int destinations) {

    String toJson() {
        return """
        {"group":%d,"role":"%s","leader":"%s","ready":%s,"term":%d,"applied":%d,\
        "logStart":%d,"checkpoint":%d,"destinations":%d}\
        """
                .formatted(
                        group,
                        role,
                        leader.orElse(""),
                        ready,
                        term,
                        applied,
                        logStart,
                        checkpoint,
                        destinations);
    }
}
