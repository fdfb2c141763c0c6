package io.sallyport.flowlogs.lookup;

import static io.sallyport.flowlogs.lookup.Answer.Certainty.BETWEEN;
import static io.sallyport.flowlogs.lookup.Answer.Certainty.LAST_KNOWN;
import static io.sallyport.flowlogs.lookup.Answer.Certainty.SEEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.record.Ended;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.net.IpAddress;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldersTest {

    private static final IpAddress OTHER = IpAddress.parse("10.0.1.6");

    /** Seconds. */
    private static Sighting sighting(
            IpAddress client, long opened, long first, long last, Ended ended) {
        return new Sighting(
                "vpc-00000000000000001",
                "nat-00000000000000001",
                "node-1",
                6,
                client,
                5000,
                Records.EIP,
                1024,
                Records.REMOTE,
                443,
                first * 1000,
                last * 1000,
                opened * 1000,
                ended);
    }

    private static Sighting sighting(long opened, long first, long last, Ended ended) {
        return sighting(Records.CLIENT, opened, first, last, ended);
    }

    private static List<String> at(long seconds, Sighting... sightings) {
        return within(seconds, seconds, sightings);
    }

    private static List<String> within(long from, long until, Sighting... sightings) {
        return Holders.of(
                        List.of(sightings),
                        Instant.ofEpochSecond(from),
                        Instant.ofEpochSecond(until))
                .stream()
                .map(it -> it.client().address() + " " + it.certainty() + " " + it.ended().text())
                .toList();
    }

    @Test
    void whoWasSeenThenHadIt() {
        Sighting one = sighting(100, 100, 150, Ended.NOT);
        assertThat(at(100, one)).containsExactly("10.0.1.5 SEEN -");
        assertThat(at(150, one)).containsExactly("10.0.1.5 SEEN -");
        assertThat(at(99, one)).isEmpty();
    }

    @Test
    void aRecordSpansTheTimeSinceTheConnectionWasOpenedThere() {
        assertThat(at(150, sighting(100, 200, 210, Ended.NOT)))
                .containsExactly("10.0.1.5 " + SEEN + " -");
    }

    @Test
    void betweenTwoRecordsOfOneConnectionItHadIt() {
        assertThat(at(200, sighting(100, 100, 150, Ended.NOT), sighting(250, 260, 300, Ended.NOT)))
                .containsExactly("10.0.1.5 " + BETWEEN + " -");
    }

    @Test
    void afterAnEndTheSameTupleIsAnotherConnection() {
        Sighting first = sighting(100, 100, 150, Ended.FIN);
        Sighting second = sighting(250, 260, 300, Ended.NOT);
        assertThat(at(200, first, second)).isEmpty();
        assertThat(at(140, first, second)).containsExactly("10.0.1.5 SEEN fin");
        assertThat(at(270, first, second)).containsExactly("10.0.1.5 SEEN -");
    }

    @Test
    void anEndThatTwoNodesToldIsOneEnd() {
        assertThat(at(145, sighting(100, 100, 140, Ended.FIN), sighting(120, 130, 150, Ended.FIN)))
                .containsExactly("10.0.1.5 SEEN fin");
    }

    @Test
    void whoFellSilentHadItForAnIdleTime() {
        Sighting one = sighting(100, 100, 150, Ended.NOT);
        assertThat(at(500, one)).containsExactly("10.0.1.5 " + LAST_KNOWN + " -");
        assertThat(at(501, one)).isEmpty();
        assertThat(at(500, sighting(100, 100, 150, Ended.IDLE)))
                .containsExactly("10.0.1.5 LAST_KNOWN idle");
        assertThat(at(151, sighting(100, 100, 150, Ended.RST))).isEmpty();
    }

    @Test
    void whoWasSeenIsBelievedBeforeWhoWasLastKnown() {
        assertThat(
                        at(
                                300,
                                sighting(100, 100, 150, Ended.NOT),
                                sighting(OTHER, 290, 290, 310, Ended.NOT)))
                .containsExactly("10.0.1.6 SEEN -");
    }

    @Test
    void whoHadItAfterWhoWasLastKnownIsBelievedAlsoWhereHeHasEnded() {
        Sighting silent = sighting(100, 100, 150, Ended.NOT);
        Sighting later = sighting(OTHER, 200, 200, 250, Ended.FIN);
        assertThat(at(190, silent, later)).containsExactly("10.0.1.5 LAST_KNOWN -");
        assertThat(at(300, silent, later)).isEmpty();
    }

    @Test
    void whoeverHadItWithinTheTimeIsTold() {
        Sighting first = sighting(100, 100, 150, Ended.FIN);
        Sighting second = sighting(OTHER, 152, 152, 160, Ended.RST);
        assertThat(at(151, first, second)).isEmpty();
        assertThat(within(150, 152, first, second))
                .containsExactly("10.0.1.6 SEEN rst", "10.0.1.5 SEEN fin");
        assertThat(within(151, 152, first, second)).containsExactly("10.0.1.6 SEEN rst");
        assertThat(within(161, 162, first, second)).isEmpty();
    }

    @Test
    void oneClientsTwoConnectionsWithinTheTimeAreTwo() {
        assertThat(
                        within(
                                149,
                                201,
                                sighting(100, 100, 150, Ended.FIN),
                                sighting(200, 200, 250, Ended.NOT)))
                .containsExactly("10.0.1.5 SEEN -", "10.0.1.5 SEEN fin");
    }

    @Test
    void whoMayHaveHadItAtTheBeginningOfTheTimeIsToldBesideWhoCameWithinIt() {
        assertThat(
                        within(
                                200,
                                300,
                                sighting(100, 100, 150, Ended.NOT),
                                sighting(OTHER, 250, 250, 280, Ended.NOT)))
                .containsExactly("10.0.1.6 SEEN -", "10.0.1.5 LAST_KNOWN -");
    }
}
