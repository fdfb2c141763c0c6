package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CopiesTest {

    private static final Incarnation ME = new Incarnation(1);

    private final Random random = new Random(5);
    private final Copies copies = new Copies(random);
    private long sequence;

    private static InsideKey inside(int key) {
        return new InsideKey(
                7,
                Protocol.UDP,
                new Endpoint(IpAddress.parse("10.0.0.1"), 1000 + key),
                new Endpoint(IpAddress.parse("198.51.100.9"), 53));
    }

    private Copy copy(int key, int natPort) {
        Connection connection =
                new Connection(
                        new ConnectionId(ME.number(), ++sequence),
                        new GatewayId("nat-00000000000000001"),
                        inside(key),
                        IpAddress.parse("203.0.113.7"),
                        1,
                        natPort,
                        new Epoch(1, 1),
                        ME,
                        1,
                        new ClientPath(Optional.empty(), 1, 2));
        return copies.copyOf(connection, 1, Copy.State.OPEN, ME, ME, 0);
    }

    @Test
    void findsWhatIsThereByEachKeyAndNothingElse() {
        List<Copy> there = new ArrayList<>();
        List<Copy> gone = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (there.size() < 300 && random.nextInt(5) < 3) {
                Copy copy = copy(random.nextInt(200), 2000 + random.nextInt(200));
                copies.add(copy);
                there.add(copy);
            } else if (!there.isEmpty()) {
                Copy copy = there.remove(random.nextInt(there.size()));
                copies.remove(copy);
                gone.add(copy);
            }
            if (step % 500 == 0) {
                compare(there, gone);
            }
        }
    }

    private void compare(List<Copy> there, List<Copy> gone) {
        assertThat(copies.size()).isEqualTo(there.size());
        for (Copy copy : there) {
            assertThat(copies.has(copy)).isTrue();
            assertThat(copies.get(copy.id())).isSameAs(copy);
            InsideKey key = copy.inside();
            List<Copy> same = there.stream().filter(c -> c.inside().equals(key)).toList();
            assertThat(copies.inside(key)).containsExactlyInAnyOrderElementsOf(same);
            assertThat(copies.inside(key)).isSortedAccordingTo((a, b) -> a == b ? 0 : older(a, b));
            List<Copy> outside =
                    there.stream().filter(c -> c.outside().equals(copy.outside())).toList();
            assertThat(copies.outside(copy.outside())).containsExactlyInAnyOrderElementsOf(outside);
        }
        Set<InsideKey> keys = new HashSet<>();
        there.forEach(copy -> keys.add(copy.inside()));
        for (Copy copy : gone) {
            assertThat(copies.has(copy)).isFalse();
            assertThat(copies.get(copy.id())).isNull();
            InsideKey key = copy.inside();
            assertThat(copies.hasInside(key)).isEqualTo(keys.contains(key));
        }
    }

    private static int older(Copy one, Copy other) {
        return Copies.older(one, other) ? -1 : 1;
    }

    @Test
    void aFrozenOneHoldsItsPortAndNotItsInsideKey() {
        Copy copy = copy(1, 2000);
        copies.add(copy);
        copies.freeze(copy);
        assertThat(copies.hasInside(inside(1))).isFalse();
        assertThat(copies.hasOutside(copy.outside())).isTrue();
        copies.remove(copy);
        assertThat(copies.hasOutside(copy.outside())).isFalse();
        assertThatThrownBy(() -> copies.remove(copy)).isInstanceOf(IllegalStateException.class);
    }

    /** Sums of port and address are the same for many: as they come, so hashes must differ. */
    @Test
    void keysThatDifferInAPortAndAnAddressHaveHashesOfTheirOwn() {
        Set<Integer> hashes = new HashSet<>();
        for (int port = 0; port < 100; port++) {
            for (int address = 0; address < 100; address++) {
                InsideKey key =
                        new InsideKey(
                                7,
                                Protocol.UDP,
                                new Endpoint(IpAddress.of(0, 0xffff_0a00_0000L), port),
                                new Endpoint(IpAddress.of(0, 0xffff_c600_0000L + address), 53));
                hashes.add(key.hashCode());
            }
        }
        assertThat(hashes).hasSizeGreaterThan(9_990);
    }
}
