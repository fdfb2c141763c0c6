package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.gateway.ports.Ended;
import io.sallyport.gateway.ports.LentPort;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.ids.Incarnation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lessee's doubt: a port whose "free" got lost, or whose proposal was never answered. In
 * settled epochs the homes are asked whether they know it; "no" frees it, under the same condition
 * as an end: nobody is away who was a member at any time since the grant. Worker thread.
 */
final class Audit {

    static final long PERIOD_NANOS = 30_000_000_000L;

    /** Lent so long ago that no attempt to open with it can be under way. */
    private static final long AGE_NANOS = 5_000_000_000L;

    /** Looked at in one turn, so that packets do not wait. */
    private static final int PIECE = 1024;

    private final Seat seat;
    private final Inquiries inquiries;
    private final PortLedger ledger;
    private final Map<Incarnation, Deque<LentPort>> due = new HashMap<>();
    private long nextNanos;
    private long roundNanos;
    private boolean asking;

    Audit(Seat seat, Inquiries inquiries, PortLedger ledger) {
        this.seat = seat;
        this.inquiries = inquiries;
        this.ledger = ledger;
        nextNanos = seat.now() + PERIOD_NANOS;
        roundNanos = nextNanos;
    }

    void learned() {
        due.clear();
    }

    void down(Incarnation peer) {
        due.remove(peer);
    }

    /** The epoch is settled: look soon. */
    void settled() {
        nextNanos = Math.min(nextNanos, seat.now() + AGE_NANOS);
        roundNanos = nextNanos;
    }

    int turn(long now) {
        if (now < nextNanos || !seat.members.live() || !seat.members.homeSettled()) {
            return 0;
        }
        List<LentPort> lent = ledger.toBeAudited(roundNanos - AGE_NANOS, PIECE);
        if (lent.isEmpty()) {
            nextNanos = now + PERIOD_NANOS;
            roundNanos = nextNanos;
            asking = false;
            return 1;
        }
        if (!asking) {
            asking = true;
            // Whatever the last round still waits for will not come any more.
            due.clear();
        }
        Set<Incarnation> idle = new LinkedHashSet<>();
        for (LentPort port : lent) {
            Incarnation at = seat.members.keepers().home(outside(port));
            Deque<LentPort> rest = due.get(at);
            if (rest == null) {
                rest = new ArrayDeque<>();
                due.put(at, rest);
                idle.add(at);
            }
            rest.add(port);
        }
        idle.forEach(this::askNext);
        return lent.size();
    }

    private static OutsideKey outside(LentPort lent) {
        return Inquiries.outside(lent.port().key(), lent.port().port());
    }

    /** One batch at a time at each home. */
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
        inquiries.ask(
                at,
                ports.stream().map(Audit::outside).toList(),
                answer -> {
                    answer.ifPresent(known -> judge(ports, known));
                    askNext(at);
                });
    }

    private void judge(List<LentPort> ports, BitSet known) {
        for (int i = 0; i < ports.size(); i++) {
            LentPort lent = ports.get(i);
            boolean frozen =
                    seat.rules.hold(Rule.LEDGER) && seat.members.frozen(lent.port().granted());
            if (!known.get(i) && !frozen) {
                ledger.freed(lent.port().key(), lent.port().port(), lent.borrower(), Ended.IDLE);
            }
        }
    }
}
