package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.Protocol;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeoutsTest {

    /** Flags: FIN 1, SYN 2, RST 4, ACK 16. */
    @ParameterizedTest
    @CsvSource({
        "6, 2, 0, 30, SYN only",
        "6, 18, 18, 350, both seen",
        "6, 19, 18, 240, the client has finished",
        "6, 18, 19, 240, the server has finished",
        "6, 19, 19, 10, both have finished",
        "6, 22, 18, 10, reset by the client",
        "6, 18, 22, 10, reset by the server",
        "17, 0, 0, 300, UDP",
        "1, 0, 0, 60, ICMP",
        "58, 0, 0, 60, ICMPv6",
        "47, 0, 0, 300, anything else"
    })
    void silenceIsAllowedByWhatWasSeen(
            int protocol, int flagsOut, int flagsIn, int seconds, String what) {
        assertThat(Timeouts.DEFAULT.idleNanos(new Protocol(protocol), flagsOut, flagsIn))
                .as(what)
                .isEqualTo(Duration.ofSeconds(seconds).toNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "18, 18, false, false",
        "19, 18, false, true",
        "18, 19, false, true",
        "19, 19, true, true",
        "18, 20, true, false",
        "2, 0, false, false"
    })
    void aSynIsAnotherConnectionsOnceBothSidesHaveFinishedOrOneHasReset(
            int out, int in, boolean over, boolean halfOver) {
        assertThat(Timeouts.isOver(out, in)).isEqualTo(over);
        assertThat(Timeouts.isHalfOver(out, in)).isEqualTo(halfOver);
    }
}
