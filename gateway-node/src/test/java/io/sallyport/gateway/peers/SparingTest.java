package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.Protocol;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SparingTest {

    private static final Incarnation HOME = new Incarnation(1);
    private static final Incarnation HOLDER = new Incarnation(2);
    private static final Incarnation OTHER = new Incarnation(3);

    private final Sparing sparing = new Sparing();
    private final Copy copy =
            new Copies(new Random(1), HOME, SimCarriage.still())
                    .copyOf(
                            SimLoad.connection(
                                    new InsideKey(
                                            7,
                                            Protocol.TCP,
                                            Endpoint.parse("10.0.0.5:5000"),
                                            Endpoint.parse("203.0.113.9:443")),
                                    2_000),
                            2,
                            Copy.State.OPEN,
                            HOME,
                            HOME,
                            0);

    @Test
    void whoWasToldAndLetsGoHasItNoMore() {
        sparing.tell(copy, HOLDER);
        assertThat(sparing.answered(copy, OTHER, sparing.round())).isFalse();
        assertThat(sparing.answered(copy, HOLDER, sparing.round())).isTrue();
        assertThat(sparing.answered(copy, HOLDER, sparing.round())).as("once").isFalse();
    }

    @Test
    void whoWasGivenItSinceMayHaveItThoughHeSaysNo() {
        sparing.tell(copy, HOLDER);
        sparing.tell(copy, OTHER);
        sparing.given(copy, HOLDER);
        assertThat(sparing.answered(copy, HOLDER, sparing.round())).isFalse();
        assertThat(sparing.answered(copy, OTHER, sparing.round())).isTrue();
    }

    @Test
    void anAnswerOfAnEarlierRoundCountsNoMore() {
        sparing.tell(copy, HOLDER);
        long earlier = sparing.round();
        sparing.anew();
        sparing.tell(copy, HOLDER);
        assertThat(sparing.answered(copy, HOLDER, earlier)).isFalse();
    }
}
