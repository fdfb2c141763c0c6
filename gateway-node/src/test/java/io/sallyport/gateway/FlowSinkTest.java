package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.record.Leg;
import io.sallyport.gateway.dataplane.FlowSink;
import org.junit.jupiter.api.Test;

/** What the packet path says must be what a report understands. */
class FlowSinkTest {

    @Test
    void theWorkersLegsAreTheReports() {
        assertThat(FlowSink.FROM_CLIENT).isEqualTo(Leg.FROM_CLIENT.bit());
        assertThat(FlowSink.TO_REMOTE).isEqualTo(Leg.TO_REMOTE.bit());
        assertThat(FlowSink.FROM_REMOTE).isEqualTo(Leg.FROM_REMOTE.bit());
        assertThat(FlowSink.TO_CLIENT).isEqualTo(Leg.TO_CLIENT.bit());
    }
}
