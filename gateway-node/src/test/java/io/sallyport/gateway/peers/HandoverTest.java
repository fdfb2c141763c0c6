package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.ids.Epoch;
import io.sallyport.net.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a member tells the home of its copies, and when it says that this was all. */
class HandoverTest extends LoneNode {

    private static final int CONNECTIONS = 2_000;

    private Epoch epoch = Epoch.NONE;

    @BeforeEach
    void anotherHasJoined() {
        int number = warm();
        for (int i = 0; i < CONNECTIONS; i++) {
            if (alone.openAtOnce(wish(number + i), true) == Keeping.NOT_AT_ONCE) {
                turn();
            }
        }
        anotherJoins();
        up = true;
        alone.up(other());
        epoch = alone.status().membership().epoch();
        said.clear();
    }

    /** What is at home at the other one. */
    private List<ConnectionId> theirs() {
        return carriage.entries().stream()
                .map(entry -> entry.connection.id())
                .filter(id -> requireNonNull(alone.copy(id)).home.equals(other()))
                .toList();
    }

    private List<ConnectionId> held() {
        List<ConnectionId> ids = new ArrayList<>();
        said.forEach(frame -> {
            if (frame instanceof Frame.Holding holding) {
                holding.holds().forEach(hold -> ids.add(hold.sight().id()));
            }
        });
        return ids;
    }

    private List<ConnectionId> inFull() {
        List<ConnectionId> ids = new ArrayList<>();
        said.forEach(frame -> {
            if (frame instanceof Frame.HandOver over) {
                ids.add(over.held().connection().id());
            }
        });
        return ids;
    }

    private boolean saidAll() {
        return said.stream().anyMatch(Frame.HandedOver.class::isInstance);
    }

    /** As a home does that lacks some, one answer for each frame; those that were told in these. */
    private List<ConnectionId> answer(List<ConnectionId> lacking, int but) {
        List<ConnectionId> told = new ArrayList<>();
        List<Frame.Holding> asked =
                said.stream()
                        .filter(Frame.Holding.class::isInstance)
                        .map(Frame.Holding.class::cast)
                        .toList();
        for (Frame.Holding holding : asked.subList(0, asked.size() - but)) {
            List<ConnectionId> missing =
                    holding.holds().stream()
                            .map(hold -> hold.sight().id())
                            .filter(lacking::contains)
                            .toList();
            alone.received(other(), epoch, List.of(new Frame.Lacking(missing)));
            told.addAll(missing);
        }
        return told;
    }

    @Test
    void itsHomeIsToldOfEachAndOfThoseThatItLacksAll() {
        turn();
        assertThat(held()).containsExactlyInAnyOrderElementsOf(theirs());
        assertThat(inFull()).isEmpty();
        assertThat(saidAll()).as("nobody has answered").isFalse();

        List<ConnectionId> lacking = theirs().subList(100, 400);
        List<ConnectionId> answered = answer(lacking, 1);
        turn();
        assertThat(saidAll()).as("not all is answered").isFalse();
        alone.received(other(), epoch, List.of(new Frame.Lacking(List.of())));
        assertThat(answered).hasSizeGreaterThan(200);
        assertThat(inFull()).containsExactlyInAnyOrderElementsOf(answered);
        assertThat(said.getLast()).isInstanceOf(Frame.HandedOver.class);
    }

    @Test
    void afterABrokenSessionAllIsToldAnewBeforeItWasAll() {
        while (held().isEmpty()) {
            oneTurn();
        }
        assertThat(held().size()).isLessThan(theirs().size());
        alone.down(other());
        // What was said is lost, and so are the answers.
        said.clear();
        alone.up(other());
        turn();
        assertThat(held()).containsExactlyInAnyOrderElementsOf(theirs());
        assertThat(saidAll()).isFalse();
        assertThat(answer(List.of(), 0)).isEmpty();
        assertThat(said.getLast()).isInstanceOf(Frame.HandedOver.class);
        assertThat(said.stream().filter(Frame.HandedOver.class::isInstance)).hasSize(1);
    }

    @Test
    void aHomeSaysWhichItLacksAndNotesWhoHasTheOthers() {
        turn();
        List<ConnectionId> here =
                carriage.entries().stream()
                        .map(entry -> entry.connection.id())
                        .filter(id -> !theirs().contains(id))
                        .toList();
        ConnectionId stranger = new ConnectionId(77, 5);
        said.clear();
        Frame.Holding told =
                new Frame.Holding(
                        List.of(
                                new Frame.Hold(Frame.Sight.never(here.getFirst()), true, false),
                                new Frame.Hold(Frame.Sight.never(stranger), true, false)));
        alone.received(other(), epoch, List.of(told));
        assertThat(said).contains(new Frame.Lacking(List.of(stranger)));
        assertThat(requireNonNull(alone.copy(here.getFirst())).noted().contains(other())).isTrue();
        assertThat(requireNonNull(alone.copy(here.getLast())).noted().contains(other())).isFalse();
    }

    @Test
    void whoHasNotHeardOfAMoveIsToldByTheHome() {
        turn();
        List<ConnectionId> here =
                carriage.entries().stream()
                        .map(entry -> entry.connection.id())
                        .filter(id -> !theirs().contains(id))
                        .toList();
        ConnectionId shortly = here.getFirst();
        ConnectionId whole = here.getLast();
        Frame.Held before = requireNonNull(alone.copy(whole)).held(now);
        ClientPath there = new ClientPath(Optional.of(new Ipv4(0x0a630001)), 7, 8);
        alone.moved(shortly, there);
        alone.moved(whole, there);
        said.clear();
        Frame.Hold hold = new Frame.Hold(Frame.Sight.never(shortly), true, false);
        alone.received(
                other(),
                epoch,
                List.of(
                        new Frame.Holding(List.of(hold)),
                        new Frame.HandOver(before, false, false, true, false, false)));
        assertThat(said)
                .contains(
                        new Frame.Moved(shortly, there.with(1)),
                        new Frame.Moved(whole, there.with(1)));
    }
}
