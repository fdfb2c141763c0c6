package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.io.BootClock;
import org.junit.jupiter.api.Test;

class SleepTest {

    private static final long MS = 1_000_000L;

    private long boot = 900_000 * MS;
    private long awake = 500_000 * MS;
    private final Sleep sleep = new Sleep(() -> boot, () -> awake);

    @Test
    void aMachineThatIsAwakeNeverSeemsToHaveSlept() {
        for (int i = 0; i < 1000; i++) {
            boot += MS;
            awake += MS;
            assertThat(sleep.sinceLastLook()).isZero();
        }
    }

    @Test
    void aThreadHeldUpBetweenTheTwoClocksNeverSeemsToHaveSlept() {
        awake += 50 * MS;
        assertThat(sleep.sinceLastLook()).isZero();
        boot += 50 * MS;
        assertThat(sleep.sinceLastLook()).isZero();
    }

    @Test
    void aSleepIsToldOnceAndInFull() {
        boot += 20_000 * MS;
        assertThat(sleep.sinceLastLook()).isEqualTo(20_000 * MS);
        assertThat(sleep.sinceLastLook()).isZero();
        boot += 3 * MS;
        assertThat(sleep.sinceLastLook()).isEqualTo(3 * MS);
    }

    @Test
    void thisMachinesClocksAreReadTogether() {
        Sleep here = new Sleep(new BootClock(), System::nanoTime);
        long slept = 0;
        for (int i = 0; i < 10_000; i++) {
            slept += here.sinceLastLook();
        }
        assertThat(slept).as("held up only while it began").isLessThan(1_000 * MS);
    }
}
