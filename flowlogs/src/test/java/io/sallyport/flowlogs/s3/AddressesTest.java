package io.sallyport.flowlogs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;

class AddressesTest {

    /** Says one thing after the other, whatever the name. */
    private static final class Flipping implements DnsResolver {
        private final Deque<String> answers = new ArrayDeque<>();

        Flipping(String... answers) {
            this.answers.addAll(List.of(answers));
        }

        @Override
        public InetAddress[] resolve(String host) {
            return java.util.Arrays.stream(answers.remove().split(" "))
                    .map(InetAddress::ofLiteral)
                    .toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static Addresses addresses(String endpoint, boolean localAllowed, String... answers) {
        return new Addresses(
                new S3Settings(
                        Optional.of(URI.create(endpoint)), "r", "a", "s", false, localAllowed),
                new Flipping(answers));
    }

    private static final String NAMED = "https://s3.example.net";

    @Test
    void aNameDoesNotLeadToThisBoxOrItsLink() {
        for (String local :
                List.of(
                        "127.0.0.1",
                        "127.8.8.8",
                        "0.0.0.0",
                        "169.254.169.254",
                        "224.0.0.1",
                        "::",
                        "::1",
                        "fe80::1",
                        "ff02::1",
                        "fd00:ec2::254",
                        "64:ff9b::a9fe:a9fe",
                        "64:ff9b::7f00:1",
                        "::ffff:169.254.169.254")) {
            assertThatThrownBy(() -> addresses(NAMED, false, local).resolve("bucket.example.net"))
                    .as(local)
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("logs are not sent");
        }
    }

    @Test
    void aNameThatFlipsIsLookedAtEachTime() throws UnknownHostException {
        Addresses addresses = addresses(NAMED, false, "198.51.100.1", "169.254.169.254");
        assertThat(addresses.resolve("b")).containsExactly(InetAddress.ofLiteral("198.51.100.1"));
        assertThatThrownBy(() -> addresses.resolve("b")).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void ofSeveralAddressesTheOthersAreDialled() throws UnknownHostException {
        assertThat(addresses(NAMED, false, "127.0.0.1 10.1.2.3 2001:db8::1").resolve("b"))
                .containsExactly(
                        InetAddress.ofLiteral("10.1.2.3"), InetAddress.ofLiteral("2001:db8::1"));
    }

    @Test
    void whatTheOperatorWroteIsHisWord() throws UnknownHostException {
        assertThat(addresses("http://127.0.0.1:9000", false, "127.0.0.1").resolve("127.0.0.1"))
                .hasSize(1);
        assertThat(addresses("http://[::1]:9000", false, "::1").resolve("::1")).hasSize(1);
        assertThat(addresses(NAMED, true, "127.0.0.1").resolve("b")).hasSize(1);
        assertThatThrownBy(() ->
                        addresses("http://127.0.0.1:9000", false, "127.0.0.2").resolve("127.0.0.2"))
                .isInstanceOf(UnknownHostException.class);
        assertThatThrownBy(() ->
                        addresses("http://localhost:9000", false, "127.0.0.1").resolve("localhost"))
                .isInstanceOf(UnknownHostException.class);
    }
}
