package io.sallyport.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.ports.Acquires.Figure;
import io.sallyport.gateway.ports.Acquires.Load;
import org.junit.jupiter.api.Test;

/** The targets of `bench acquires`, on loads of the same shape and a fiftieth of the size. */
class AcquiresTest {

    private static final int WARM_UP = 20_000;
    private static final int COUNTED = 100_000;

    private static Figure measured(Load load, int destinations) {
        Figure figure = Acquires.measure(load, destinations, WARM_UP, COUNTED, 1);
        System.out.println("acquires, seed 1: " + figure);
        assertThat(figure.refused()).isZero();
        return figure;
    }

    @Test
    void unevenDestinationsCostAFifthOfARequestPerConnectionAtMost() {
        assertThat(measured(Load.ZIPF, 2_000).perConnection()).isLessThanOrEqualTo(0.2);
    }

    @Test
    void aHotDestinationCostsHardlyAnything() {
        assertThat(measured(Load.HOT, 1).perConnection()).isLessThanOrEqualTo(0.02);
    }

    @Test
    void coldDestinationsCostOneRequestEachManyInOneCommit() {
        Figure figure = measured(Load.COLD, 0);
        assertThat(figure.perConnection()).isEqualTo(1.0);
        assertThat(figure.perCommit()).isGreaterThan(10);
        assertThat(figure.inHand()).as("nothing is asked for ahead").isZero();
    }
}
