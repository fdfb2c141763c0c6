package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.record.Ended;
import io.sallyport.net.Endpoint;
import io.sallyport.net.Protocol;
import java.time.Instant;
import java.util.List;

/**
 * Who it was, as far as records tell.
 *
 * @param holders mostly one; several where the question names no remote
 * @param gaps times about the one asked of which records are missing: without them nobody else is
 *     known to have had it
 * @param objects how many were read
 */
public record Answer(List<Holder> holders, List<Gap> gaps, int objects) {

    /** How sure it is. */
    public enum Certainty {
        /** A record of the connection spans the time. */
        SEEN,

        /** It was silent then; records before and after are the same connection's. */
        BETWEEN,

        /**
         * Its last packet was before, within an idle time, and nothing is known to have ended it.
         */
        LAST_KNOWN
    }

    /**
     * @param from when it was first seen
     * @param until when it was last seen
     * @param ended why it ended; NOT where no record says so
     */
    public record Holder(
            String vpc,
            String gateway,
            Protocol protocol,
            Endpoint client,
            Endpoint remote,
            Instant from,
            Instant until,
            Ended ended,
            Certainty certainty) {}

    /** Of one node's records of one gateway. */
    public record Gap(String gateway, String node, Instant from, Instant until) {}

    public Answer {
        holders = List.copyOf(holders);
        gaps = List.copyOf(gaps);
    }
}
