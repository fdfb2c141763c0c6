package io.sallyport.flowlogs.record;

import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;

/** One record of a flow log, with the fields of AWS' version 2. Times are whole Unix seconds. */
public sealed interface FlowRecord {

    TenantId account();

    InterfaceId networkInterface();

    /** Time of the first packet, or where the silence or the gap begins. */
    long startSeconds();

    /** Time of the last packet, or the last second of the silence or gap; never before start. */
    long endSeconds();

    /**
     * One direction of one flow (5-tuple) at one interface in one window (log-status OK).
     *
     * @param sourcePort 0 to 65535; 0 for ICMP
     * @param packets not negative
     * @param bytes sum of IP total lengths, not negative
     * @param tcpFlags flags of the window's packets, OR-ed; not shown by version 2
     */
    record Traffic(
            TenantId account,
            InterfaceId networkInterface,
            IpAddress source,
            IpAddress target,
            int sourcePort,
            int targetPort,
            Protocol protocol,
            long packets,
            long bytes,
            long startSeconds,
            long endSeconds,
            Action action,
            int tcpFlags)
            implements FlowRecord {
        public Traffic {
            checkTimes(startSeconds, endSeconds);
            if (packets < 0 || bytes < 0) {
                throw new IllegalArgumentException(packets + " packets, " + bytes + " bytes");
            }
        }
    }

    /** Nothing passed the interface, as far as this node saw. */
    record NoData(
            TenantId account, InterfaceId networkInterface, long startSeconds, long endSeconds)
            implements FlowRecord {
        public NoData {
            checkTimes(startSeconds, endSeconds);
        }
    }

    /** Some records of this time are missing. */
    record SkipData(
            TenantId account, InterfaceId networkInterface, long startSeconds, long endSeconds)
            implements FlowRecord {
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
