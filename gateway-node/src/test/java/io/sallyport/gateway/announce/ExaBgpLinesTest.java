package io.sallyport.gateway.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.announce.ExaBgpLines.Session;
import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.net.IpAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExaBgpLinesTest {

    private final ExaBgpLines lines =
            new ExaBgpLines(
                    List.of(session("fd64::1", "fd64::2"), session("fd65::1", "fd65::2")),
                    List.of(session("fd99::1", "fd99::2")),
                    Optional.of(IpAddress.parse("10.255.0.1")));

    private static Session session(String neighbour, String nextHop) {
        return new Session(IpAddress.parse(neighbour), IpAddress.parse(nextHop));
    }

    private static HostRoute route(String address, int metric) {
        return new HostRoute(IpAddress.parse(address), metric);
    }

    @Test
    void eipsGoOutsideAndTheTunnelsAddressToTheUnderlay() {
        assertThat(lines.tell(List.of(route("203.0.113.7", 100), route("10.255.0.1", 100))))
                .containsExactly(
                        "neighbor fd99::1 announce route 10.255.0.1/32 next-hop fd99::2 med 100",
                        "neighbor fd64::1 announce route 203.0.113.7/32 next-hop fd64::2 med 100",
                        "neighbor fd65::1 announce route 203.0.113.7/32 next-hop fd65::2 med 100");
    }

    @Test
    void onlyWhatChangedIsTold() {
        lines.tell(List.of(route("2001:db8::7", 100)));
        assertThat(lines.tell(List.of(route("2001:db8::7", 100)))).isEmpty();
        // While its metric changes an address has two routes: the better counts.
        assertThat(lines.tell(List.of(route("2001:db8::7", 1000), route("2001:db8::7", 100))))
                .isEmpty();
        assertThat(lines.tell(List.of(route("2001:db8::7", 1000))))
                .containsExactly(
                        "neighbor fd64::1 announce route 2001:db8::7/128 next-hop fd64::2 med 1000",
                        "neighbor fd65::1 announce route 2001:db8::7/128 next-hop fd65::2 med 1000");
        assertThat(lines.tell(List.of()))
                .containsExactly(
                        "neighbor fd64::1 withdraw route 2001:db8::7/128 next-hop fd64::2",
                        "neighbor fd65::1 withdraw route 2001:db8::7/128 next-hop fd65::2");
    }
}
