package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * A node to which only the store is silent renews through a peer, so that a broken way to the store
 * costs nobody its place. A relayed Renew is as good as one's own: it is never repeated, and proves
 * the moment in which its owner said it. Worker thread.
 */
final class Relays {

    /** Relayed for others and not answered yet; more are passed over. */
    private static final int FOR_OTHERS_MAX = 64;

    /** My own, not answered yet; the oldest are forgotten. */
    private static final int MINE_MAX = 8;

    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final Seat seat;
    private final Links links;
    private final StoreClient store;
    private final Executor mailbox;
    private final BiConsumer<Long, Membership> onAnswer;
    private final SequencedMap<Long, Long> sentNanos = new LinkedHashMap<>();
    private long numbers;
    private int nextPeer;
    private int forOthers;

    /**
     * @param onAnswer gets when my Renew was sent, and the member list that it was answered with
     */
    Relays(
            Seat seat,
            Links links,
            StoreClient store,
            Executor mailbox,
            BiConsumer<Long, Membership> onAnswer) {
        this.seat = seat;
        this.links = links;
        this.store = store;
        this.mailbox = mailbox;
        this.onAnswer = onAnswer;
    }

    /** Sends it by one peer, each time by another. */
    void send(AllocatorCommand.Renew renew, long nowNanos) {
        List<Incarnation> peers =
                seat.members.liveOthers().stream().filter(seat::reachable).toList();
        if (peers.isEmpty()) {
            return;
        }
        Incarnation peer = peers.get(Math.floorMod(nextPeer++, peers.size()));
        sentNanos.put(++numbers, nowNanos);
        if (sentNanos.size() > MINE_MAX) {
            sentNanos.pollFirstEntry();
        }
        seat.counters.relaysAsked++;
        links.send(peer, seat.members.epoch(), new Frame.RelayRenew(numbers, renew));
    }

    void answered(Frame.RelayAnswer answer) {
        Long sent = sentNanos.remove(answer.question());
        if (sent != null) {
            onAnswer.accept(sent, answer.membership());
        }
    }

    /** At the peer: only for who asks. */
    void asked(Incarnation from, Frame.RelayRenew asked) {
        if (forOthers >= FOR_OTHERS_MAX || !asked.renew().incarnation().equals(from)) {
            return;
        }
        forOthers++;
        seat.counters.relaysDone++;
        store.submit(asked.renew(), DEADLINE)
                .thenAccept(o -> mailbox.execute(() -> pass(from, asked.question(), o)));
    }

    private void pass(Incarnation to, long question, Outcome<AllocatorResult> outcome) {
        forOthers--;
        if (outcome
                instanceof
                Outcome.Done<AllocatorResult>(AllocatorResult.Renewed(Membership membership))) {
            links.send(to, seat.members.epoch(), new Frame.RelayAnswer(question, membership));
        }
    }
}
