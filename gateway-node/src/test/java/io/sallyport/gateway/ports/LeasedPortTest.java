package io.sallyport.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Halves of times and sequences stand for the whole ones. */
class LeasedPortTest {

    private static final long TICK = 1 << 16;
    private static final long HOUR = 3_600_000_000_000L;

    private final Random random = new Random(8);

    private static LeasedPort port() {
        LeaseKey key =
                new LeaseKey(
                        IpAddress.parse("203.0.113.7"),
                        1,
                        new Destination(Protocol.TCP, IpAddress.parse("198.51.100.1"), 80));
        Lease lease = new Lease(key, new Appetite(), new Holdings(new Incarnation(7)));
        return new LeasedPort(new LeasedPort.Grant(lease, 1, new Epoch(1, 1)), 2000);
    }

    @Test
    void aTimeIsKeptToATickHoweverTheClockStands() {
        LeasedPort port = port();
        for (int i = 0; i < 10_000; i++) {
            long time = random.nextLong() >> 2;
            port.nanos(time);
            long near = time + random.nextLong(-38 * HOUR, 38 * HOUR);
            assertThat(port.nanosNear(near)).isBetween(time, time + TICK);
            assertThat(port.isDue(time)).isTrue();
            assertThat(port.isDue(time - TICK)).isFalse();
            assertThat(port.isDue(time + 38 * HOUR)).isTrue();
            assertThat(port.isBefore(time)).isFalse();
            assertThat(port.isBefore(time + TICK)).isTrue();
            assertThat(port.isBefore(time - 38 * HOUR)).isFalse();
            LeasedPort later = port();
            later.nanos(time + TICK);
            assertThat(LeasedPort.compare(port, later)).isNegative();
            assertThat(LeasedPort.compare(later, port)).isPositive();
        }
    }

    @Test
    void itsBorrowerIsFoundAmongTheNewestConnections() {
        LeasedPort port = port();
        for (int i = 0; i < 10_000; i++) {
            long sequence = random.nextLong() >>> 2;
            port.borrower(new ConnectionId(7, sequence));
            assertThat(port.isBorrowedBy(new ConnectionId(7, sequence))).isTrue();
            assertThat(port.isBorrowedBy(new ConnectionId(7, sequence + 1))).isFalse();
            assertThat(port.borrower(sequence + random.nextInt(Integer.MAX_VALUE)))
                    .isEqualTo(sequence);
        }
    }
}
