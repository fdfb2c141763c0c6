package io.sallyport.gateway.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.io.WatchedProcess.State;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchedProcessTest {

    /** As the kernel writes it, by state, flags and pending signals. */
    private static String stat(String state, long flags, long pending) {
        return "7 (a (b) R) %s 1 7 7 0 -1 %d 9 0 0 0 1 2 0 0 20 0 40 0 99 1 2 3 4 5 6 7 8 %d 0 0 0"
                .formatted(state, flags, pending);
    }

    @ParameterizedTest
    @CsvSource({
        "S, 4194304, 0, ALIVE",
        "R, 4194304, 0, ALIVE",
        "D, 4194304, 512, ALIVE",
        "T, 4194304, 0, STOPPED",
        "t, 4194304, 0, STOPPED",
        "Z, 4194304, 0, ENDED",
        "S, 4194304, 256, ENDED",
        "T, 4194304, 256, ENDED",
        "R, 4194308, 0, ENDED"
    })
    void killedIsEndedWhateverItStillDoes(String state, long flags, long pending, State is) {
        assertThat(WatchedProcess.stateOf(stat(state, flags, pending))).isEqualTo(is);
    }

    /** It has to give up much memory first, which takes tens of milliseconds. */
    @Test
    void aLargeProcessHasEndedAsSoonAsItIsKilled() throws IOException {
        // It keeps all that it is given until it hears that this was all.
        Process large = new ProcessBuilder("tail", "-c", "1000000000").start();
        large.getOutputStream().write(new byte[200_000_000]);
        try (WatchedProcess watched = WatchedProcess.of(large.pid()).orElseThrow()) {
            assertThat(watched.state()).isEqualTo(State.ALIVE);
            large.destroyForcibly();
            assertThat(watched.state()).isEqualTo(State.ENDED);
            assertThat(watched.endsWithin(60_000)).isTrue();
            assertThat(watched.state()).isEqualTo(State.ENDED);
        }
    }
}
