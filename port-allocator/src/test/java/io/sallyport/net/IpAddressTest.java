package io.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.Seed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    /** RFC 5952 sections 1, 2 and 4, its own examples among them. */
    @ParameterizedTest
    @CsvSource({
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:DB8::A, 2001:db8::a",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:0, ::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "fe80::1:192.0.2.33, fe80::1:c000:221",
        "::ffff:192.0.2.1, 192.0.2.1",
        "[2001:db8::1], 2001:db8::1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "100.64.0.1, 100.64.0.1"
    })
    void printsTheCanonicalFormOfEachWrittenForm(String written, String canonical) {
        assertThat(IpAddress.parse(written)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                ":::",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.04",
                "1.2.3.-4",
                "1.2.3.4 ",
                "a.b.c.d",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "12345::",
                "g::",
                "fe80::1%eth0",
                "1.2.3.4::",
                "::1.2.3",
                "[::1",
                "example.org",
                "١.2.3.4",
                "1:2:3:4:5:6:7:"
            })
    void refusesWhatIsNoAddressAndNamesIt(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an IPv4 or IPv6 address");
    }

    @Test
    void everyAddressSurvivesPrintingBytesAndHalves() throws UnknownHostException {
        RandomGenerator random = Seed.of(getClass()).random();
        for (int i = 0; i < 20_000; i++) {
            IpAddress address = random(random);
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
            assertThat(IpAddress.of(address.bytes())).isEqualTo(address);
            assertThat(IpAddress.of(address.high(), address.low())).isEqualTo(address);
            assertThat(address.toInetAddress())
                    .isEqualTo(InetAddress.getByAddress(address.bytes()));
            assertThat(IpAddress.parse(address.toInetAddress().getHostAddress()))
                    .isEqualTo(address);
        }
    }

    @Test
    void v4MappedIsTheSameAsV4EverywhereAndAnIpv6CannotBeOne() {
        IpAddress mapped = IpAddress.of(0, 0xffff_c000_0201L);
        assertThat(mapped).isEqualTo(IpAddress.parse("192.0.2.1"));
        assertThat(mapped.isV4()).isTrue();
        assertThat(mapped.bits()).isEqualTo(32);
        assertThatThrownBy(() -> new Ipv6(0, 0xffff_c000_0201L))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ordersAsTheBytesOfTheNetwork() {
        assertThat(IpAddress.parse("128.0.0.0")).isGreaterThan(IpAddress.parse("127.255.255.255"));
        assertThat(IpAddress.parse("ffff::")).isGreaterThan(IpAddress.parse("7fff::"));
        assertThat(IpAddress.parse("::2")).isLessThan(IpAddress.parse("1::1"));
        assertThat(IpAddress.parse("10.0.0.1")).isEqualByComparingTo(IpAddress.parse("10.0.0.1"));
    }

    /** Addresses with many zero groups are as likely as others: printing has its corners there. */
    static IpAddress random(RandomGenerator random) {
        if (random.nextInt(3) == 0) {
            return new Ipv4(random.nextInt());
        }
        long high = random.nextLong() & sparseGroups(random);
        return IpAddress.of(high, random.nextLong() & sparseGroups(random));
    }

    private static long sparseGroups(RandomGenerator random) {
        long mask = 0;
        for (int group = 0; group < 4; group++) {
            mask = mask << 16 | (random.nextBoolean() ? 0xffff : 0);
        }
        return mask;
    }
}
