package io.sallyport.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortMapTest {

    private final Lease lease =
            new Lease(LedgerWorld.key(1), new Appetite(), new Holdings(new Incarnation(7)));

    private LeasedPort port(int number, long grant) {
        return new LeasedPort(new LeasedPort.Grant(lease, grant, Epoch.NONE), number);
    }

    @Test
    void behavesAsAMap() {
        Random random = new Random(2);
        PortMap ports = new PortMap();
        Map<Integer, LeasedPort> expected = new HashMap<>();
        for (int step = 0; step < 50_000; step++) {
            int number = 1024 + random.nextInt(step < 25_000 ? 64_000 : 300);
            if (random.nextInt(5) < 3) {
                LeasedPort port = port(number, step);
                ports.put(port);
                expected.put(number, port);
            } else {
                ports.remove(number);
                expected.remove(number);
            }
            assertThat(ports.get(number)).isSameAs(expected.get(number));
        }
        for (int number = 0; number <= 0xffff; number++) {
            assertThat(ports.get(number)).isSameAs(expected.get(number));
        }
        expected.keySet().forEach(ports::remove);
        assertThat(ports.isEmpty()).isTrue();
    }
}
