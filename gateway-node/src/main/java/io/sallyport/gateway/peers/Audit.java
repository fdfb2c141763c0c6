package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.ports.LentPort;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lessee's doubt: a port whose "free" got lost, or whose proposal was never answered. In
 * settled epochs the homes are asked whether they know it; "no" frees it, under the same condition
 * as an end: nobody is away who was a member at any time since the grant. Worker thread.
 */
final class Audit {

    static final long PERIOD_NANOS = 30_000_000_000L;

    /** Lent so long ago that no attempt to open with it can be under way. */
    private static final long AGE_NANOS = 5_000_000_000L;

    /** A batch under way at one home; one at a time each. */
    private record Batch(long number, List<LentPort> ports) {}

    private final Seat seat;
    private final Home home;
    private final PortLedger ledger;
    private final Map<Incarnation, Deque<LentPort>> due = new HashMap<>();
    private final Map<Incarnation, Batch> asked = new HashMap<>();
    private long nextNanos;
    private long numbers;

    Audit(Seat seat, Home home, PortLedger ledger) {
        this.seat = seat;
        this.home = home;
        this.ledger = ledger;
        nextNanos = seat.now() + PERIOD_NANOS;
    }

    /** A new epoch: what was asked in the old one counts no more. */
    void learned() {
        due.clear();
        asked.clear();
    }

    /** What was asked in that session counts no more. */
    void down(Incarnation peer) {
        due.remove(peer);
        asked.remove(peer);
    }

    /** The epoch is settled: look soon. */
    void settled() {
        nextNanos = Math.min(nextNanos, seat.now() + AGE_NANOS);
    }

    int turn(long now) {
        if (now < nextNanos || !seat.members.live() || !seat.members.homeSettled()) {
            return 0;
        }
        nextNanos = now + PERIOD_NANOS;
        due.clear();
        for (LentPort lent : ledger.lentBefore(now - AGE_NANOS)) {
            Incarnation at = seat.members.keepers().home(outside(lent));
            due.computeIfAbsent(at, h -> new ArrayDeque<>()).add(lent);
        }
        List.copyOf(due.keySet()).forEach(this::askNext);
        return 1;
    }

    private void askNext(Incarnation at) {
        Deque<LentPort> rest = due.get(at);
        if (rest == null || rest.isEmpty() || !seat.reachable(at)) {
            due.remove(at);
            return;
        }
        List<LentPort> ports = new ArrayList<>();
        while (ports.size() < FrameCodec.BATCH_MAX && !rest.isEmpty()) {
            ports.add(rest.remove());
        }
        Batch batch = new Batch(++numbers, ports);
        asked.put(at, batch);
        seat.send(
                at, new Frame.Whether(batch.number(), ports.stream().map(Audit::outside).toList()));
    }

    private static OutsideKey outside(LentPort lent) {
        return outside(lent.port().key(), lent.port().port());
    }

    static OutsideKey outside(LeaseKey key, int port) {
        return new OutsideKey(
                key.destination().protocol(),
                new Endpoint(key.eip(), port),
                new Endpoint(key.destination().address(), key.destination().port()));
    }

    void known(Incarnation from, Frame.Known answer) {
        Batch batch = asked.get(from);
        if (batch == null || batch.number() != answer.batch()) {
            return;
        }
        asked.remove(from);
        if (answer.judged()) {
            for (int i = 0; i < batch.ports().size(); i++) {
                LentPort lent = batch.ports().get(i);
                if (!answer.known().get(i) && !seat.members.frozen(lent.port().granted())) {
                    ledger.freed(lent.port().key(), lent.port().port(), lent.borrower());
                }
            }
        }
        askNext(from);
    }

    /** At the home. */
    void whether(Incarnation from, Frame.Whether question) {
        BitSet known = new BitSet();
        List<OutsideKey> keys = question.keys();
        for (int i = 0; i < keys.size(); i++) {
            known.set(i, !seat.copies.outside(keys.get(i)).isEmpty());
        }
        seat.send(from, new Frame.Known(question.batch(), home.settled(), known));
    }
}
