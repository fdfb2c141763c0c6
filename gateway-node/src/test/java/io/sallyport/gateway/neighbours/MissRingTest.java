package io.sallyport.gateway.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.IpAddress;
import io.sallyport.net.Ipv4;
import org.junit.jupiter.api.Test;

class MissRingTest {

    private final MissRing ring = new MissRing();

    @Test
    void handsOverEachMissedAddressOnce() {
        IpAddress v4 = IpAddress.parse("192.0.2.1");
        IpAddress v6 = IpAddress.parse("2001:db8::1");
        ring.note(v4.high(), v4.low());
        ring.note(v6.high(), v6.low());
        ring.note(v4.high(), v4.low());
        assertThat(ring.drain()).containsExactlyInAnyOrder(v4, v6);
        assertThat(ring.drain()).isEmpty();
    }

    @Test
    void forgetsWhatFindsItFullAndGoesOnAfterADrain() {
        for (int i = 0; i < 5000; i++) {
            IpAddress address = new Ipv4(i + 1);
            ring.note(address.high(), address.low());
        }
        assertThat(ring.drain()).hasSize(1024);
        IpAddress later = IpAddress.parse("192.0.2.7");
        ring.note(later.high(), later.low());
        assertThat(ring.drain()).containsExactly(later);
    }
}
