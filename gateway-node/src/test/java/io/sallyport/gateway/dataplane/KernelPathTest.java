package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.FastPathSettings;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.gateway.kernel.PathOutcome;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** The same traffic, the kernel path in front of Java on the plain devices. */
@Tag("privileged")
@Tag("bpf")
class KernelPathTest extends RealDevicesTest {

    @Override
    FastPath kernelPath() {
        return FastPath.open(
                new FastPathSettings(
                        Hook.TCX, List.of("in0"), "out0", 0, 10_000, Optional.empty()));
    }

    @AfterEach
    void tell() {
        FastPath path = Objects.requireNonNull(kernel);
        for (PathOutcome outcome : PathOutcome.values()) {
            System.out.println(outcome + " " + path.counters().packets(outcome));
        }
    }
}
