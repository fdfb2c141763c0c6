package io.sallyport.allocator.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What can be said of a command's cost whatever else the machine does: its garbage. */
class LawCostTest {

    /** Its objects and its answer, and no box for any port: 16 ports cost little more than one. */
    @Test
    void aCommandAllocatesLittleHoweverManyPortsItIsAbout() {
        double one = LawMeasurements.cost(1, 20).bytes();
        double sixteen = LawMeasurements.cost(16, 20).bytes();
        System.out.printf("%.0f bytes a command, %.0f with 16 ports%n", one, sixteen);
        assertThat(one).isLessThan(800);
        assertThat(sixteen - one).isLessThan(300);
    }
}
