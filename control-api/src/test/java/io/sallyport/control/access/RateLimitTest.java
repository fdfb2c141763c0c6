package io.sallyport.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.problems.Problem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000);
    private final RateLimit limit = new RateLimit(10, now::get);

    private int admitted(String key, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            try {
                limit.admit(key);
                admitted++;
            } catch (Problem e) {
                assertThat(e.status().value()).isEqualTo(429);
            }
        }
        return admitted;
    }

    /** The clock goes over the end of a long meanwhile. */
    @Test
    void fiveSecondsWorthAtOnceThenSoManyASecond() {
        assertThat(admitted("a", 100)).isEqualTo(50);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(admitted("a", 100)).isEqualTo(10);
        now.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(admitted("a", 100)).as("no pause saves up more").isEqualTo(50);
    }

    @Test
    void oneKeysCallsAreNotAnothers() {
        assertThat(admitted("a", 100)).isEqualTo(50);
        assertThat(admitted("b", 7)).isEqualTo(7);
    }
}
