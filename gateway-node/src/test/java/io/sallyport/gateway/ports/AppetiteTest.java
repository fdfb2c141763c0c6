package io.sallyport.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AppetiteTest {

    private static final long MS = 1_000_000L;

    private final Appetite appetite = new Appetite();
    private long now = 1_000_000 * MS;

    /** Wishes that follow each other after so long. */
    private int after(long millis, int times) {
        int last = 0;
        for (int i = 0; i < times; i++) {
            now += millis * MS;
            last = appetite.next(now, 1);
        }
        return last;
    }

    @Test
    void byCountItGrowsToAThousand() {
        assertThat(after(20_000, 11)).isEqualTo(1024);
        assertThat(after(20_000, 5)).isEqualTo(1024);
    }

    @Test
    void whatIsSpentWithinASecondIsAskedTwiceAsMuchNextTime() {
        after(20_000, 11);
        assertThat(after(900, 1)).isEqualTo(2048);
        assertThat(after(900, 5)).isEqualTo(Appetite.MOST);
    }

    @Test
    void whatLastsLongerIsAskedByHalfDownToAThousand() {
        after(5, 20);
        assertThat(after(3_000, 1)).isEqualTo(Appetite.MOST / 2);
        assertThat(after(3_000, 5)).isEqualTo(1024);
    }

    @Test
    void asManyAsWaitAreAskedAtOnce() {
        assertThat(appetite.next(now, 3_000)).isEqualTo(3_000);
        assertThat(appetite.next(now, 30_000)).isEqualTo(Appetite.MOST);
    }

    @Test
    void atFullSpeedMoreIsAskedWhileHalfIsLeftForTheAnswersTime() {
        after(5, 20);
        now += 20 * MS;
        assertThat(appetite.runsOut(now, Appetite.MOST / 2)).isFalse();
        assertThat(appetite.runsOut(now, Appetite.MOST / 2 - 1)).isTrue();
    }

    @Test
    void whatTrickledIsNotAskedAhead() {
        after(5, 20);
        now += 3_600_000 * MS;
        assertThat(appetite.runsOut(now, Appetite.MOST / 2 - 1)).isFalse();
    }
}
