package io.sallyport.gateway;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.gateway.dataplane.FlowSink;

/** What the worker counted, into the ring: a connection's direction is one entry. */
final class RingSink implements FlowSink {

    private final FlowRing ring;

    RingSink(FlowRing ring) {
        this.ring = ring;
    }

    /** A leg of which no more is known than it shows. */
    @Override
    public boolean offer(
            int gateway,
            int leg,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            int protocol,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            boolean accepted) {
        return leg(
                gateway,
                leg,
                sourceHigh,
                sourceLow,
                sourcePort,
                targetHigh,
                targetLow,
                targetPort,
                0,
                0,
                0,
                protocol,
                packets,
                bytes,
                firstMillis,
                lastMillis,
                tcpFlags,
                accepted);
    }

    @Override
    public boolean denied(
            int gateway,
            int leg,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            long thereHigh,
            long thereLow,
            int reason,
            int protocol,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags) {
        return leg(
                gateway,
                leg,
                sourceHigh,
                sourceLow,
                sourcePort,
                targetHigh,
                targetLow,
                targetPort,
                thereHigh,
                thereLow,
                reason,
                protocol,
                packets,
                bytes,
                firstMillis,
                lastMillis,
                tcpFlags,
                false);
    }

    /** On each leg one end is the gateway's own address, which the report knows already. */
    private boolean leg(
            int gateway,
            int leg,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            long thereHigh,
            long thereLow,
            int reason,
            int protocol,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            boolean accepted) {
        return switch (leg) {
            case 0 -> // there is the remote
                    ring.offer(
                            gateway,
                            1,
                            protocol,
                            sourceHigh,
                            sourceLow,
                            sourcePort,
                            0,
                            0,
                            0,
                            thereHigh,
                            thereLow,
                            targetPort,
                            packets,
                            bytes,
                            firstMillis,
                            lastMillis,
                            tcpFlags,
                            accepted,
                            reason,
                            0,
                            0);
            case 1 ->
                    ring.offer(
                            gateway,
                            2,
                            protocol,
                            0,
                            0,
                            0,
                            0,
                            0,
                            sourcePort,
                            targetHigh,
                            targetLow,
                            targetPort,
                            packets,
                            bytes,
                            firstMillis,
                            lastMillis,
                            tcpFlags,
                            accepted,
                            reason,
                            0,
                            0);
            case 2 -> // there is the elastic IP
                    ring.offer(
                            gateway,
                            4,
                            protocol,
                            0,
                            0,
                            0,
                            thereHigh,
                            thereLow,
                            targetPort,
                            sourceHigh,
                            sourceLow,
                            sourcePort,
                            packets,
                            bytes,
                            firstMillis,
                            lastMillis,
                            tcpFlags,
                            accepted,
                            reason,
                            0,
                            0);
            default ->
                    ring.offer(
                            gateway,
                            8,
                            protocol,
                            targetHigh,
                            targetLow,
                            targetPort,
                            0,
                            0,
                            0,
                            0,
                            0,
                            sourcePort,
                            packets,
                            bytes,
                            firstMillis,
                            lastMillis,
                            tcpFlags,
                            accepted,
                            reason,
                            0,
                            0);
        };
    }

    @Override
    public boolean passed(
            int gateway,
            boolean outward,
            int protocol,
            long nearHigh,
            long nearLow,
            long clientHigh,
            long clientLow,
            int clientPort,
            long eipHigh,
            long eipLow,
            int natPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            long openedMillis,
            int ended) {
        return ring.offer(
                gateway,
                outward ? 3 : 12,
                protocol,
                clientHigh,
                clientLow,
                clientPort,
                eipHigh,
                eipLow,
                natPort,
                remoteHigh,
                remoteLow,
                remotePort,
                packets,
                bytes,
                firstMillis,
                lastMillis,
                tcpFlags,
                true,
                0,
                openedMillis,
                ended);
    }
}
