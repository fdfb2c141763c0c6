package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.kernel.Attached;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.FastPathSettings;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.gateway.kernel.PathCounters;
import io.sallyport.gateway.kernel.PathOutcome;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same traffic, the kernel path in front of Java on the plain devices and in the tunnel. */
@Tag("privileged")
@Tag("bpf")
class KernelPathTest extends RealDevicesTest {

    @Override
    FastPath kernelPath() {
        return FastPath.open(
                new FastPathSettings(
                        Hook.TCX,
                        List.of("in0"),
                        "out0",
                        Optional.of(
                                new FastPathSettings.Tunnel(
                                        Endpoint.parse("10.255.0.1:4789"), "test", 1450)),
                        0,
                        10_000,
                        Optional.empty()));
    }

    @Test
    void aPacketIsExplainedByTheProgramWithoutATrace() throws Exception {
        exchange("192.168.7.9", "203.0.113.1", 200);
        Connection open = keeping.open.values().iterator().next();
        String out = "udp %s > %s".formatted(open.inside().client(), open.inside().remote());
        String in = "udp %s > %s:%d".formatted(open.inside().remote(), open.eip(), open.natPort());
        List<Long> before = seen();
        assertThat(explain(out))
                .contains("kernel      tcx_inside (" + tag("in0") + ") hit: hit_out")
                .contains("rewritten   udp " + open.eip() + ":" + open.natPort() + " > ")
                .endsWith("hit, sent by the kernel; the process would send the same bytes\n");
        assertThat(explain(in))
                .contains("kernel      tcx_outside (" + tag("out0") + ") hit: hit_in")
                .endsWith("hit, sent by the kernel; the process would send the same bytes\n");
        assertThat(explain("tcp 192.168.7.9:9 > 203.0.113.1:80 syn"))
                .contains("hands it up: flags")
                .endsWith("punt; the process: open, then forward\n");
        assertThat(explain(out + " ttl 1"))
                .contains("hands it up: ttl")
                .contains("32 ttl_expired")
                .endsWith("punt; the process: drop\n");
        assertThat(explain("udp 192.168.7.9:1 > 192.168.7.1:53"))
                .endsWith("result      left to the box\n");
        assertThat(seen()).isEqualTo(before);
    }

    private String explain(String packet) throws Exception {
        return dataPlane.explain(Probe.parse(packet)).get(20, TimeUnit.SECONDS).text();
    }

    private String tag(String device) {
        return Objects.requireNonNull(kernel).attached().stream()
                .filter(one -> one.device().equals(device) && one.ingress())
                .map(Attached::tag)
                .findFirst()
                .orElseThrow();
    }

    /** What programs and process counted of IPv4 connections, and how many there are. */
    private List<Long> seen() throws Exception {
        List<Long> seen = new ArrayList<>();
        PathCounters counters = Objects.requireNonNull(kernel).counters();
        for (PathOutcome outcome :
                List.of(PathOutcome.HIT_OUT, PathOutcome.HIT_IN, PathOutcome.TTL)) {
            seen.add(counters.packets(outcome));
        }
        dataPlane
                .connections(new GatewayId("nat-00000000000000002"), 10)
                .get()
                .forEach(one -> {
                    seen.add(one.packetsOut());
                    seen.add(one.packetsIn());
                });
        return seen;
    }

    @AfterEach
    void tell() {
        FastPath path = Objects.requireNonNull(kernel);
        for (PathOutcome outcome : PathOutcome.values()) {
            System.out.println(outcome + " " + path.counters().packets(outcome));
        }
    }
}
