package io.sallyport.flowlogs.record;

/** One record of a flow log, whatever format shows it. Times are whole Unix seconds. */
public sealed interface FlowRecord {

    /** The interface that it is about. */
    Watched at();

    /** Time of the first packet, or where the silence or the gap begins. */
    long startSeconds();

    /** Time of the last packet, or the last second of the silence or gap; never before start. */
    long endSeconds();

    /**
     * One direction of one connection in one window (log-status OK).
     *
     * @param legs of the interface that the packets passed, {@link Leg#bit} of each: both of a
     *     direction, or the one where they were refused
     * @param reason why they were refused: a number of docs/operations/drop-reasons.md, 0 for none
     * @param packets not negative; 0 where the record only tells of the connection's end
     * @param bytes sum of IP total lengths, not negative
     * @param firstMillis Unix time of the first packet, at most a second early
     * @param lastMillis Unix time of the last packet
     * @param tcpFlags flags of the window's packets, OR-ed: FIN 1, SYN 2, RST 4, SYN-ACK 18
     * @param openedMillis Unix time since when this node forwards the connection; 0 where there was
     *     none
     */
    record Traffic(
            Watched at,
            Tuple tuple,
            int legs,
            Action action,
            int reason,
            long packets,
            long bytes,
            long startSeconds,
            long endSeconds,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            long openedMillis,
            Ended ended)
            implements FlowRecord {
        public Traffic {
            checkTimes(startSeconds, endSeconds);
            if (packets < 0 || bytes < 0) {
                throw new IllegalArgumentException(packets + " packets, " + bytes + " bytes");
            }
        }

        /** From the client towards the remote. */
        public boolean outward() {
            return (legs & (Leg.FROM_CLIENT.bit() | Leg.TO_REMOTE.bit())) != 0;
        }
    }

    /** Nothing passed the interface, as far as this node saw. */
    record NoData(Watched at, long startSeconds, long endSeconds) implements FlowRecord {
        public NoData {
            checkTimes(startSeconds, endSeconds);
        }
    }

    /** Some records of this time are missing. */
    record SkipData(Watched at, long startSeconds, long endSeconds) implements FlowRecord {
        public SkipData {
            checkTimes(startSeconds, endSeconds);
        }
    }

    private static void checkTimes(long startSeconds, long endSeconds) {
        if (startSeconds < 0 || endSeconds < startSeconds) {
            throw new IllegalArgumentException(
                    "a record from " + startSeconds + " to " + endSeconds);
        }
    }
}
