package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that asks another, who takes its time. */
class AdmissionTest extends LoneNode {

    private static final int FIRST = 512;

    private final List<Answer> answers = new ArrayList<>();
    private boolean datagrams;
    private int number;
    private Epoch epoch = Epoch.NONE;
    private Incarnation other = new Incarnation(1);

    @BeforeEach
    void twoAreMembers() {
        number = warm();
        ConnectionProtocol unused = settledWithAnother();
        epoch = alone.status().membership().epoch();
        other = other();
        said.clear();
    }

    /** New ones, all at the same moment; then 10 ms pass, and the other is heard. */
    private void open(int count) {
        wishFor(count);
        pass(10);
    }

    private void wishFor(int count) {
        for (int i = 0; i < count; i++) {
            Answer answer = new Answer();
            answers.add(answer);
            alone.open(datagrams ? wish(number++) : syn(number++), answer);
        }
    }

    private static Keeping.Wish syn(int number) {
        InsideKey datagram = key(number);
        InsideKey stream =
                new InsideKey(datagram.vpc(), Protocol.TCP, datagram.client(), datagram.remote());
        return SimLoad.wish(stream, SharedStore.POOL);
    }

    private void pass(int millis) {
        for (int i = 0; i < millis; i += 10) {
            alone.received(other, epoch, List.of(new Frame.Heartbeat(now)));
            oneTurn();
        }
    }

    /** Who was asked to be home; those of the gate alone are agreed to here. */
    private List<ConnectionId> proposed() {
        return said.stream()
                .map(frame ->
                        switch (frame) {
                            case Frame.Propose f -> f.held().connection().id();
                            case Frame.Keep f -> f.held().connection().id();
                            default -> null;
                        })
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private void agree(List<ConnectionId> ids) {
        ids.forEach(id -> alone.received(other, epoch, List.of(new Frame.Agreed(id))));
        pass(10);
    }

    private long refused() {
        return answers.stream().filter(one -> one.refusal == Refusal.OVERLOADED).count();
    }

    @Test
    void soManyAreAskedForAndNoMoreUntilSomeAreAgreedTo() {
        open(2_000);
        pass(40);
        assertThat(proposed()).hasSize(FIRST);
        assertThat(refused()).as("the first has not waited for long").isZero();

        List<ConnectionId> first = proposed();
        said.clear();
        agree(first.subList(0, 200));
        pass(20);
        assertThat(proposed()).as("and as many more as came soon").hasSizeBetween(200, 400);
    }

    @Test
    void whoWouldWaitForTooLongIsNotLetInAndNobodyOvertakes() {
        open(2_000);
        pass(290);
        assertThat(refused()).isZero();
        pass(30);
        open(100);
        assertThat(refused()).isEqualTo(100);
        // There is room, but those who wait come first.
        List<ConnectionId> first = proposed();
        said.clear();
        agree(first);
        assertThat(proposed()).isNotEmpty();
        open(10);
        assertThat(refused()).isEqualTo(110);
        // Nobody waits any more.
        pass(3_500);
        long later = refused();
        open(10);
        assertThat(refused()).isEqualTo(later);
    }

    @Test
    void aDatagramWaitsAndIsLookedForMeanwhile() {
        datagrams = true;
        open(2_000);
        pass(320);
        said.clear();
        open(100);
        pass(120);
        assertThat(refused()).isZero();
        assertThat(said).anyMatch(Frame.AskInside.class::isInstance);
    }

    @Test
    void whereAgreementComesLateFewerAreAskedForAndMoreAgainWhereItComesSoon() {
        for (int round = 0; round < 12; round++) {
            said.clear();
            open(1_000);
            pass(200);
            agree(proposed());
            pass(3_500);
        }
        said.clear();
        open(1_000);
        int least = proposed().size();
        assertThat(least).isBetween(Admission.LEAST / 2, 2 * Admission.LEAST);
        agree(proposed());
        for (int round = 0; round < 200; round++) {
            said.clear();
            open(200);
            agree(proposed());
        }
        pass(3_500);
        said.clear();
        open(2_000);
        assertThat(proposed().size()).isGreaterThan(4 * least);
    }

    @Test
    void whoIsSilentHoldsNobodyElseUp() {
        open(2_000);
        // Nobody hears the other any more: it is suspected, and what waits for it counts no more.
        for (int i = 0; i < 12; i++) {
            oneTurn();
        }
        answers.clear();
        for (int i = 0; i < 200; i++) {
            wishFor(1);
            oneTurn();
        }
        assertThat(refused()).isZero();
    }
}
