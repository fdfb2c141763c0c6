package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Protocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeepersTest {

    private static final SipHash HASH = SipHash.ofCluster("test");

    private static Keepers of(long... members) {
        return new Keepers(HASH, LongStream.of(members).mapToObj(Incarnation::new).toList());
    }

    private static OutsideKey key(int number) {
        return new OutsideKey(
                Protocol.TCP,
                new Endpoint(new Ipv4(0xc6336407), 1024 + number),
                new Endpoint(new Ipv4(0xcb007109), 443));
    }

    @Test
    void sipHashIsThePublishedOne() {
        // The reference vector of 8 bytes 00..07 under the key 00..0f (little-endian words).
        SipHash reference = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        assertThat(reference.hash(0x0706050403020100L)).isEqualTo(0x93f5f5799a932462L);
        assertThat(reference.hash()).isEqualTo(0x726fdb47dd0e0e31L);
    }

    @Test
    void everyMemberIsHomeOfAboutItsShare() {
        Keepers keepers = of(3, 8, 21);
        Map<Incarnation, Integer> shares = new HashMap<>();
        for (int i = 0; i < 30_000; i++) {
            shares.merge(keepers.home(key(i)), 1, Integer::sum);
        }
        assertThat(shares.values()).allSatisfy(n -> assertThat(n).isBetween(9_500, 10_500));
    }

    @Test
    void aMemberThatGoesMovesOnlyWhatItKept() {
        Keepers before = of(3, 8, 21);
        Keepers after = of(3, 21);
        for (int i = 0; i < 5_000; i++) {
            Incarnation home = before.home(key(i));
            if (!home.equals(new Incarnation(8))) {
                assertThat(after.home(key(i))).isEqualTo(home);
            } else {
                assertThat(after.home(key(i))).isEqualTo(before.ranked(key(i)).get(1));
            }
        }
    }

    @Test
    void anotherClusterHasOtherHomes() {
        Keepers ours = of(3, 8, 21);
        Keepers theirs = new Keepers(SipHash.ofCluster("other"), ours.members());
        long same =
                java.util.stream.IntStream.range(0, 3_000)
                        .filter(i -> ours.home(key(i)).equals(theirs.home(key(i))))
                        .count();
        assertThat(same).isBetween(800L, 1_200L);
    }

    @Test
    void holdersAreHomeAndGateAndOpenerAndAsManyMoreAsWished() {
        Keepers keepers = of(3, 8, 21, 34, 55);
        for (int i = 0; i < 200; i++) {
            InsideKey inside =
                    new InsideKey(
                            i,
                            Protocol.TCP,
                            new Endpoint(new Ipv4(0x0a000005), 5_000),
                            new Endpoint(new Ipv4(0xcb007109), 443));
            var connection = SimLoad.connection(inside, 1024 + i);
            Incarnation opener = new Incarnation(8);
            for (int copies = 1; copies <= 6; copies++) {
                List<Incarnation> holders =
                        keepers.holders(
                                        connection,
                                        keepers.home(connection.outside()),
                                        keepers.gate(inside),
                                        opener,
                                        copies)
                                .members();
                assertThat(holders)
                        .contains(opener, keepers.home(connection.outside()), keepers.gate(inside))
                        .doesNotHaveDuplicates()
                        .hasSizeBetween(Math.min(copies, 5), Math.max(3, Math.min(copies, 5)));
                assertThat(holders.getFirst()).isEqualTo(keepers.home(connection.outside()));
            }
        }
    }
}
