package io.sallyport.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeapNeedTest {

    private static final long MEBI = 1L << 20;

    @Test
    void saysNothingOfTheLaunchersHeapAndTheDefault() {
        assertThat(HeapNeed.check(262_144, 1536 * MEBI)).isEmpty();
        assertThat(HeapNeed.check(1_000_000, 1536 * MEBI)).isEmpty();
    }

    @Test
    void namesKeyValueAndHeapWhereSoManyCannotLive() {
        assertThat(HeapNeed.check(1_000_000, 256 * MEBI))
                .get()
                .asString()
                .startsWith("connections.max=1000000: needs a heap of 476m ")
                .contains("this one is 256m", "-Xmx");
    }

    @Test
    void refusesAHeapThatDoesNotHoldTheEmptyTable() {
        assertThatThrownBy(() -> HeapNeed.check(16_777_216, 512 * MEBI))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("config: connections.max=16777216: needs a heap of 576m");
    }
}
