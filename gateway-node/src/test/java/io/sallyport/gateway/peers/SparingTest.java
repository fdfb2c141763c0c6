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
            new Copies(new Random(1))
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
        long number = sparing.tell(copy, HOLDER);
        assertThat(sparing.answered(copy.id(), OTHER, number)).isFalse();
        assertThat(sparing.answered(copy.id(), HOLDER, number)).isTrue();
        assertThat(sparing.answered(copy.id(), HOLDER, number)).as("once").isFalse();
    }

    @Test
    void whoWasGivenItSinceMayHaveItThoughHeSaysNo() {
        long first = sparing.tell(copy, HOLDER);
        long second = sparing.tell(copy, OTHER);
        sparing.given(copy, HOLDER);
        assertThat(sparing.answered(copy.id(), HOLDER, first)).isFalse();
        assertThat(sparing.answered(copy.id(), OTHER, second)).isTrue();
    }

    @Test
    void anAnswerToAnEarlierWordCountsNoMore() {
        long earlier = sparing.tell(copy, HOLDER);
        sparing.given(copy, HOLDER);
        long later = sparing.tell(copy, HOLDER);
        assertThat(sparing.answered(copy.id(), HOLDER, earlier)).isFalse();
        assertThat(sparing.answered(copy.id(), HOLDER, later)).isTrue();
    }

    @Test
    void nobodyCountsOnWhoWasToldUntilHeAnswersOrIsGivenItAnew() {
        assertThat(sparing.isTold(copy, HOLDER)).isFalse();
        long number = sparing.tell(copy, HOLDER);
        assertThat(sparing.isTold(copy, HOLDER)).isTrue();
        assertThat(sparing.isTold(copy, OTHER)).isFalse();
        sparing.given(copy, HOLDER);
        assertThat(sparing.isTold(copy, HOLDER)).isFalse();
        assertThat(sparing.answered(copy.id(), HOLDER, number)).isFalse();
    }
}
