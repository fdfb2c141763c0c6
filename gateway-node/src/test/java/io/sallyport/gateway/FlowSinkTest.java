package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.record.Leg;
import io.sallyport.gateway.dataplane.FlowSink;
import org.junit.jupiter.api.Test;

/** The packet path knows nothing of flow logs' module, and must say what that understands. */
class FlowSinkTest {

    @Test
    void theWorkersLegsAreTheReports() {
        assertThat(FlowSink.FROM_CLIENT).isEqualTo(Leg.FROM_CLIENT.bit());
        assertThat(FlowSink.TO_REMOTE).isEqualTo(Leg.TO_REMOTE.bit());
        assertThat(FlowSink.FROM_REMOTE).isEqualTo(Leg.FROM_REMOTE.bit());
        assertThat(FlowSink.TO_CLIENT).isEqualTo(Leg.TO_CLIENT.bit());
    }

    @Test
    void whatTheWorkerOffersComesOutOfTheRingInItsPlace() {
        FlowRing ring = new FlowRing(16);
        FlowSink sink = ring::offer;
        sink.offer(
                1,
                FlowSink.OUTWARD,
                6,
                2,
                3,
                4,
                5,
                6,
                7,
                8,
                9,
                10,
                11,
                12,
                13,
                14,
                15,
                true,
                0,
                16,
                1);
        StringBuilder seen = new StringBuilder();
        ring.drain(
                (gateway,
                        legs,
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
                        accepted,
                        reason,
                        openedMillis,
                        ended) ->
                        seen.append(
                                "%d %d %d; %d %d %d; %d %d %d; %d %d %d; %d %d %d %d %d %b %d %d %d"
                                        .formatted(
                                                gateway,
                                                legs,
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
                                                accepted,
                                                reason,
                                                openedMillis,
                                                ended)),
                1);
        assertThat(seen.toString())
                .isEqualTo("1 3 6; 2 3 4; 5 6 7; 8 9 10; 11 12 13 14 15 true 0 16 1");
    }
}
