package io.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.Seed;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsOfTheWireTest {

    @ParameterizedTest
    @CsvSource({
        "100.68.0.18/18, 100.68.0.0/18",
        "10.1.2.3, 10.1.2.3/32",
        "10.1.2.3/0, 0.0.0.0/0",
        "2001:db8:ffff::1/33, 2001:db8:8000::/33",
        "2001:db8::1, 2001:db8::1/128",
        "2001:db8::ffff/64, 2001:db8::/64",
        "2001:db8::ffff/0, ::/0"
    })
    void prefixesLoseTheirHostBits(String written, String stored) {
        assertThat(IpPrefix.parse(written)).hasToString(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0.0/", "/8", "10.0.0.0/a", ""})
    void refusesWhatIsNoPrefix(String text) {
        assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void prefixesContainWhatSharesTheirBitsAndNothingElse() {
        RandomGenerator random = Seed.of(getClass()).random();
        for (int i = 0; i < 20_000; i++) {
            IpAddress address = IpAddressTest.random(random);
            IpPrefix prefix = new IpPrefix(address, random.nextInt(address.bits() + 1));
            assertThat(prefix.contains(address)).isTrue();
            assertThat(prefix.contains(prefix)).isTrue();
            if (prefix.length() > 0) {
                int bit = random.nextInt(prefix.length());
                IpAddress outside = flip(address, bit);
                assertThat(prefix.contains(outside)).as("%s in %s", outside, prefix).isFalse();
                IpPrefix wider = new IpPrefix(address, bit);
                assertThat(wider.contains(prefix) && wider.overlaps(prefix)).isTrue();
                assertThat(prefix.contains(wider)).isFalse();
            }
        }
    }

    @Test
    void anIpv6PrefixContainsNoIpv4AddressNotEvenTheWidest() {
        assertThat(IpPrefix.parse("::/0").contains(IpAddress.parse("10.0.0.1"))).isFalse();
        assertThat(IpPrefix.parse("0.0.0.0/0").contains(IpAddress.parse("::1"))).isFalse();
    }

    /** Flips a bit counted from the first of the address. */
    private static IpAddress flip(IpAddress address, int bit) {
        byte[] bytes = address.bytes();
        bytes[bit / 8] ^= (byte) (0x80 >> bit % 8);
        return IpAddress.of(bytes);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1:80", "[2001:db8::1]:65535", "0.0.0.0:0", "[::]:1"})
    void endpointsPrintAsTheyAreRead(String text) {
        assertThat(Endpoint.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1",
                "192.0.2.1:",
                "192.0.2.1:65536",
                "2001:db8::1",
                "::1:80",
                ":80",
                "[::1]",
                "host:80",
                "192.0.2.1:-1"
            })
    void refusesWhatIsNoEndpoint(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFlowKeyReversedTwiceIsItself() {
        FlowKey key =
                new FlowKey(
                        Protocol.TCP,
                        Endpoint.parse("10.0.0.1:1024"),
                        Endpoint.parse("192.0.2.1:443"));
        assertThat(key.reverse().source()).isEqualTo(key.target());
        assertThat(key.reverse().reverse()).isEqualTo(key);
        assertThat(key).hasToString("tcp 10.0.0.1:1024 -> 192.0.2.1:443");
    }

    @Test
    void onlyTheWildcardIsTheWildcard() {
        assertThat(Destination.wildcard(Protocol.UDP).isWildcard()).isTrue();
        assertThat(new Destination(Protocol.UDP, IpAddress.parse("0.0.0.0"), 0).isWildcard())
                .isFalse();
        assertThat(new Destination(Protocol.UDP, IpAddress.parse("::"), 53).isWildcard()).isFalse();
    }
}
