package io.sallyport.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.dataplane.Counters;
import io.sallyport.gateway.dataplane.DropReason;
import io.sallyport.gateway.dataplane.GatewayTraffic;
import io.sallyport.gateway.view.GatewayView;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {

    private static final GatewayView GATEWAY =
            new GatewayView(
                    3,
                    new GatewayId("nat-00000000000000001"),
                    new TenantId("111122223333"),
                    new InterfaceId("eni-00000000000000001"),
                    100,
                    new SubnetId("subnet-00000000000000001"),
                    IpAddress.parse("10.0.1.4"),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    2,
                    false);

    private final NodeMetrics metrics = new NodeMetrics(new NodeId("gw-1"));

    @Test
    void hasOneSeriesPerDropReasonAndRefusal() {
        String page = metrics.packets(new Counters()).scrape();
        for (DropReason reason : DropReason.values()) {
            assertThat(page)
                    .contains(
                            "sallyport_drops_total{node=\"gw-1\",number=\""
                                    + reason.number()
                                    + "\",reason=\""
                                    + reason.name().toLowerCase(Locale.ROOT)
                                    + "\"} 0.0");
        }
        assertThat(page)
                .contains("sallyport_packets_total{direction=\"out\",node=\"gw-1\"} 0.0")
                .contains("sallyport_connections{node=\"gw-1\"} 0.0")
                .contains("jvm_memory_used_bytes");
        assertThat(Keeping.Refusal.values()).isNotEmpty();
    }

    @Test
    void tellsWhatAGatewayMovedAndNeverGoesBack() {
        GatewayMetrics gateways = new GatewayMetrics(metrics);
        gateways.update(List.of(new GatewayTraffic(3, 10, 1000, 8, 900, 1, 2)), Map.of(3, GATEWAY));
        assertThat(metrics.scrape())
                .contains(
                        "sallyport_gateway_bytes_out_to_destination_total{"
                                + "gateway=\"nat-00000000000000001\",node=\"gw-1\","
                                + "tenant=\"111122223333\"} 1000.0");
        // The gateway is gone from the view; its counters stay.
        gateways.update(List.of(new GatewayTraffic(3, 11, 1100, 8, 900, 1, 0)), Map.of());
        assertThat(metrics.scrape())
                .contains("tenant=\"111122223333\"} 1100.0")
                .contains("sallyport_gateway_packets_denied_total");
    }

    @Test
    void doesNotRegisterAGatewayThatNoViewNames() {
        new GatewayMetrics(metrics)
                .update(List.of(new GatewayTraffic(4, 1, 1, 1, 1, 0, 0)), Map.of());
        assertThat(metrics.scrape()).doesNotContain("sallyport_gateway_");
    }

    @Test
    void keepsWhatOnlyALambdaHolds() {
        long[] value = {7};
        metrics.counter("sallyport.held", "held", () -> value[0]);
        System.gc();
        assertThat(metrics.scrape()).contains("sallyport_held_total{node=\"gw-1\"} 7.0");
    }
}
