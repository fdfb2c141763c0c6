package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.gateway.connections.Keeping.Waiter;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.peers.Wishing.Attempt;
import io.sallyport.gateway.ports.ColdGuard;
import io.sallyport.gateway.ports.LeasedPort;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Protocol;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The opener's side: a wish gets a port, is proposed to the home, agreed by all holders, and only
 * then written into the table. An attempt that fails (a silent keeper, a new epoch, a port that the
 * home knows) is given up, and the wish tries again with another port until its time is over. What
 * cannot be opened now is looked for among the others meanwhile. Worker thread.
 */
final class Opening {

    /** A wish lives so long, whatever happens to its attempts. */
    static final long WISH_NANOS = 3_000_000_000L;

    /** Home, gate and keepers have so long to agree. */
    static final long ATTEMPT_NANOS = 1_500_000_000L;

    static final int WISHES_MAX = 1 << 16;

    private static final int ADMITTED_PER_TURN = 256;

    private final Seat seat;
    private final Horizon horizon;
    private final PortLedger ledger;
    private final ColdGuard coldGuard;
    private final Names names;
    private final Gate gate;
    private final LoneOpening alone;
    private final Seeking seeking;
    private final Admission admission = new Admission();

    /** Whose turn it is. */
    private @Nullable Wishing admitted;

    /** The first to come is the first whose time is over; so with attempts. */
    private final SequencedMap<InsideKey, Wishing> wishes = new LinkedHashMap<>();

    private final SequencedMap<ConnectionId, Attempt> attempts = new LinkedHashMap<>();

    /** Whose home is asked whether it goes on, by the number of the question. */
    private final Map<Integer, Wishing> asked = new HashMap<>();

    private int questions;

    Opening(
            Seat seat,
            Horizon horizon,
            Gate gate,
            PortLedger ledger,
            ColdGuard coldGuard,
            Carry carry) {
        this.seat = seat;
        seeking = new Seeking(seat, carry);
        this.horizon = horizon;
        this.ledger = ledger;
        this.coldGuard = coldGuard;
        this.gate = gate;
        names = new Names(seat);
        alone = new LoneOpening(seat, horizon, gate, ledger, names);
    }

    void open(Wish wish, Waiter waiter) {
        Wishing known = wishes.get(wish.inside());
        if (known != null && isSaidAgain(known.wish, wish)) {
            known.waiters.add(waiter);
            if (known.parked) {
                proceed(known);
            }
            return;
        }
        if (known != null) {
            // Its client has given that stream up: the packets of the next one must not meet a
            // record with the numbers of the former, where they would not count as life.
            refuse(known, Refusal.ENDING);
        }
        if (!horizon.acting(seat.now())) {
            refuse(waiter, Refusal.NOT_ACTING);
            return;
        }
        if (wishes.size() >= WISHES_MAX || isFull() && begins(wish)) {
            refuse(waiter, Refusal.OVERLOADED);
            return;
        }
        Wishing wishing = new Wishing(this, wish, seat.now() + WISH_NANOS);
        wishing.waiters.add(waiter);
        wishes.put(wish.inside(), wishing);
        proceed(wishing);
    }

    /** Also without the data that came with the first (RFC 7413, section 4.1.3). */
    private static boolean isSaidAgain(Wish first, Wish next) {
        Numbers begun = first.numbers();
        return begun.equals(next.numbers()) || begun.begunBy(next.numbers().nextOut());
    }

    /**
     * {@link Keeping#openAtOnce}. A port that turns out to have another home is kept for the wish
     * that follows: one drawn for the sake of its home would be easier to guess.
     */
    int openAtOnce(Wish wish, boolean mayWait) {
        if (wishes.containsKey(wish.inside())
                || !seat.members.alone() && (!mayWait || wishes.size() >= WISHES_MAX || isFull())
                || !alone.mayOpen(wish)) {
            return Keeping.NOT_AT_ONCE;
        }
        LeasedPort port = ledger.takeInHand(leaseKey(wish));
        if (port == null) {
            return Keeping.NOT_AT_ONCE;
        }
        if (alone.isHome(wish, port)) {
            return alone.open(wish, port);
        }
        Wishing wishing = new Wishing(this, wish, seat.now() + WISH_NANOS);
        wishing.drawn = port;
        wishing.parked = true;
        wishes.put(wish.inside(), wishing);
        return Keeping.NOT_AT_ONCE;
    }

    /** Ends wishes and attempts whose time is over; how many. */
    int turn() {
        long now = seat.now();
        int done = 0;
        for (var first = attempts.firstEntry();
                first != null && first.getValue().untilNanos <= now;
                first = attempts.firstEntry()) {
            admission.late(first.getValue(), now);
            fail(first.getValue());
            done++;
        }
        for (var first = wishes.firstEntry();
                first != null && first.getValue().untilNanos <= now;
                first = wishes.firstEntry()) {
            Wishing wishing = first.getValue();
            refuse(wishing, seat.members.live() ? wishing.silent() : Refusal.NOT_ACTING);
            done++;
        }
        return done;
    }

    /** Where an epoch is not settled gates let nobody in: that is not for having too much to do. */
    private boolean isLimited() {
        return seat.members.gateSettled();
    }

    private boolean isFull() {
        return isLimited() && admission.isFull(seat.now());
    }

    /** A datagram may be of a connection that somebody has. */
    private boolean begins(Wish wish) {
        return wish.inside().protocol().equals(Protocol.TCP)
                && seat.copies.inside(wish.inside()).isEmpty();
    }

    /** Those whose turn it is; how many. */
    int admit() {
        int done = 0;
        while (done < ADMITTED_PER_TURN) {
            Wishing next = admission.next(isLimited());
            if (next == null) {
                break;
            }
            if (next.untilNanos - seat.now() < ATTEMPT_NANOS) {
                // It would be over before it is agreed to.
                refuse(next, Refusal.OVERLOADED);
            } else {
                admitted = next;
                proceed(next);
                admitted = null;
            }
            done++;
        }
        return done;
    }

    private void proceed(Wishing wishing) {
        if (wishing.over
                || wishing.waits
                || wishing.taking
                || wishing.attempt != null
                || wishing.known != null) {
            return;
        }
        wishing.parked = false;
        if (!seat.members.live() || !horizon.acting(seat.now())) {
            wishing.parked = true;
            return;
        }
        if (takesWhatIsHere(wishing)) {
            return;
        }
        LeasedPort drawn = wishing.drawn;
        if (drawn != null) {
            wishing.drawn = null;
            ported(wishing, drawn);
            return;
        }
        take(wishing);
        if (wishing.taking) {
            seeking.seekIfHeldUp(wishing);
        }
    }

    /** What was looked for is here. */
    void found(Wishing wishing) {
        if (wishing.over
                || wishing.known != null
                || !seat.members.live()
                || !horizon.acting(seat.now())) {
            return;
        }
        seat.counters.found++;
        Attempt attempt = wishing.attempt;
        if (attempt != null) {
            giveUp(attempt);
        }
        if (!takesWhatIsHere(wishing) && !wishing.taking) {
            wishing.parked = true;
        }
    }

    private void take(Wishing wishing) {
        Wish wish = wishing.wish;
        LeaseKey key = leaseKey(wish);
        int live = seat.members.keepers().members().size();
        Refusal quota =
                ledger.isCold(key)
                        ? coldGuard.refuses(wish.tenant(), wish.inside(), live, seat.now())
                        : null;
        if (quota != null) {
            refuse(wishing, quota);
            return;
        }
        wishing.taking = true;
        ledger.take(key, wishing);
    }

    static LeaseKey leaseKey(Wish wish) {
        return Copies.leaseKey(wish.inside(), wish.eip(), wish.poolGeneration());
    }

    /** Whether a copy that is kept here answers the wish, now or soon. */
    private boolean takesWhatIsHere(Wishing wishing) {
        Copy copy = seat.foremost(seat.copies.inside(wishing.wish.inside()));
        if (copy == null || seat.undecided(copy)) {
            return false;
        }
        switch (copy.state) {
            case OPEN -> {
                if (mayOpenAnew(wishing, copy)) {
                    askHome(wishing, copy);
                } else {
                    install(wishing, copy);
                }
            }
            case OPENING -> {
                copy.await(() -> proceed(wishing));
                seeking.seekIfHeldUp(wishing);
            }
            case STOPPED -> copy.await(() -> proceed(wishing));
            case ENDING -> refuse(wishing, Refusal.ENDING);
        }
        return true;
    }

    /** Whether the SYN is none that began the stream which is there, or comes after its end. */
    private boolean mayOpenAnew(Wishing wishing, Copy copy) {
        Wish wish = wishing.wish;
        if (!wish.inside().protocol().equals(Protocol.TCP)) {
            return false;
        }
        seat.observe(copy);
        return Timeouts.isEnding(copy.flagsOut(), copy.flagsIn())
                || !wish.numbers().outKnown()
                || !copy.numbers().begunBy(wish.numbers().nextOut());
    }

    /**
     * The connection that is there may be over, and the SYN another's: its home knows, and hears
     * first what is known here.
     */
    private void askHome(Wishing wishing, Copy copy) {
        ConnectionId id = copy.id();
        int question = questions++;
        seat.send(copy.home, new Frame.Refresh(List.of(copy.sight(seat.now()))));
        wishing.known = id;
        wishing.question = question;
        asked.put(question, wishing);
        seat.send(copy.home, new Frame.OpensAnew(id, question));
        seat.after(
                ATTEMPT_NANOS,
                () -> {
                    if (asked.remove(question, wishing)) {
                        wishing.known = null;
                        wishing.parked = true;
                    }
                });
    }

    /** An answer that comes late is to a question that nobody asks any more. */
    void goesOn(Frame.GoesOn answer) {
        Wishing wishing = asked.remove(answer.question());
        if (wishing == null) {
            return;
        }
        wishing.known = null;
        Copy copy = seat.copies.get(answer.id());
        if (wishing.over || !seat.members.live() || !horizon.acting(seat.now())) {
            wishing.parked = true;
        } else if (!answer.yes()) {
            refuse(wishing, Refusal.ENDING);
        } else if (copy != null && copy.state == Copy.State.OPEN) {
            install(wishing, copy);
        } else {
            proceed(wishing);
        }
    }

    private void install(Wishing wishing, Copy copy) {
        int slot = seat.carriage.install(copy.connection(), copy.numbers());
        if (slot == Carriage.FULL) {
            refuse(wishing, Refusal.OVERLOADED);
            return;
        }
        copy.installed = true;
        copy.seenNanos = seat.now();
        ready(wishing, slot);
    }

    void ported(Wishing wishing, LeasedPort port) {
        wishing.taking = false;
        if (wishing.over
                || wishing.known != null
                || !seat.members.live()
                || !horizon.acting(seat.now())) {
            ledger.giveBack(port);
            wishing.parked = true;
            return;
        }
        // While the store was asked, someone else's connection of this key may have come here.
        if (!seat.copies.inside(wishing.wish.inside()).isEmpty() && takesWhatIsHere(wishing)) {
            ledger.giveBack(port);
            return;
        }
        if (wishing != admitted && isLimited() && admission.isBusy()) {
            wishing.drawn = port;
            admission.await(wishing, seat.now());
            return;
        }
        propose(wishing, port);
    }

    private void propose(Wishing wishing, LeasedPort port) {
        Wish wish = wishing.wish;
        Connection connection = names.connection(wish, port);
        Keepers keepers = seat.members.keepers();
        Incarnation home = keepers.home(connection.outside());
        Incarnation gate = keepers.gate(wish.inside());
        Holders awaited = keepers.holders(connection, home, gate, seat.me, wish.copies());
        if (!allReachable(awaited)) {
            // It waits with this port: another, drawn for the sake of a reachable home, would make
            // ports guessable from who is down.
            wishing.drawn = port;
            wishing.parked = true;
            seeking.seek(wishing);
            return;
        }
        if (!seat.isMe(home) && !seat.isMe(gate)) {
            awaited = awaited.without(seat.me);
        }
        Attempt attempt =
                new Attempt(wishing, connection, home, gate, awaited, seat.now() + ATTEMPT_NANOS);
        wishing.attempt = attempt;
        attempts.put(connection.id(), attempt);
        if (isLimited()) {
            admission.began(attempt);
        }
        ledger.lend(port, connection.id());
        seat.send(home, new Frame.Propose(attempt.held()));
        if (!seat.members.gateSettled()) {
            // Nor is the gate, as likely as not: then it lets nobody in.
            seeking.seek(wishing);
        }
    }

    void agreed(Incarnation from, ConnectionId id) {
        Attempt attempt = attempts.get(id);
        if (attempt == null || !attempt.awaited.contains(from)) {
            return;
        }
        attempt.awaited = attempt.awaited.without(from);
        if (from.equals(attempt.home) && !seat.isMe(from) && seat.isMe(attempt.gate)) {
            // The home has it, so it is my turn as gate: nobody needs to tell me what it is.
            gate.put(seat.keep(seat.me, attempt.held(), Copy.State.OPENING));
        }
        if (attempt.awaited.isEmpty()) {
            opened(attempt);
        }
    }

    private void opened(Attempt attempt) {
        admission.agreed(attempt, seat.now());
        forget(attempt);
        Wishing wishing = attempt.wishing;
        Connection connection = attempt.connection;
        ConnectionId id = connection.id();
        // The one critical section of an open: on this thread no epoch can be learned within it.
        int slot =
                seat.members.live()
                                && horizon.acting(seat.now())
                                && connection.opened().equals(seat.members.epoch())
                        ? seat.carriage.install(connection, wishing.wish.numbers())
                        : Carriage.FULL;
        Incarnation home = attempt.home;
        if (slot == Carriage.FULL) {
            seat.send(home, new Frame.GivenUp(id));
            refuse(wishing, Refusal.OVERLOADED);
            return;
        }
        Copy copy = seat.keep(seat.me, attempt.held(), Copy.State.OPENING);
        copy.become(Copy.State.OPEN, seat.now());
        copy.installed = true;
        seat.counters.opened++;
        if (seat.isMe(home)) {
            for (Incarnation holder : copy.noted()) {
                seat.send(holder, new Frame.Opened(id));
            }
        } else {
            seat.send(home, new Frame.Opened(id));
        }
        ready(wishing, slot);
        seat.wake(copy);
    }

    void homeRefused(ConnectionId id) {
        Attempt attempt = attempts.get(id);
        if (attempt != null) {
            fail(attempt);
        }
    }

    void gateHas(Incarnation from, ConnectionId id, Frame.Held existing) {
        // Kept also where the attempt is over: the gate has noted us.
        Copy copy = seat.keep(from, existing, Copy.State.OPEN);
        if (copy.state == Copy.State.OPENING) {
            copy.become(Copy.State.OPEN, seat.now());
        }
        Attempt attempt = attempts.get(id);
        if (attempt != null) {
            giveUp(attempt);
            proceed(attempt.wishing);
        }
        seat.wake(copy);
    }

    void gateEnding(ConnectionId id) {
        Attempt attempt = attempts.get(id);
        if (attempt != null) {
            giveUp(attempt);
            refuse(attempt.wishing, Refusal.ENDING);
        }
    }

    /** The home asks: its copy is opening still. */
    void stillOpening(Incarnation home, ConnectionId id) {
        Copy copy = seat.copies.get(id);
        boolean ending = copy != null && copy.state == Copy.State.ENDING;
        boolean open = copy != null && copy.state != Copy.State.OPENING && !ending;
        if (open) {
            seat.send(home, new Frame.Opened(id));
        } else if (!ending && !attempts.containsKey(id)) {
            // What is ending may never have been open: who asks is told to drop it.
            seat.send(home, new Frame.GivenUp(id));
        }
    }

    private void fail(Attempt attempt) {
        if (attempts.get(attempt.connection.id()) == attempt) {
            giveUp(attempt);
            attempt.wishing.parked = true;
        }
    }

    private void giveUp(Attempt attempt) {
        forget(attempt);
        Connection connection = attempt.connection;
        seat.send(
                seat.members.keepers().home(connection.outside()),
                new Frame.GivenUp(connection.id()));
    }

    private void forget(Attempt attempt) {
        admission.over(attempt);
        attempts.remove(attempt.connection.id());
        attempt.wishing.attempt = null;
    }

    private void ready(Wishing wishing, int slot) {
        over(wishing);
        List.copyOf(wishing.waiters).forEach(w -> w.ready(slot));
    }

    void refuse(Wishing wishing, Refusal refusal) {
        if (!wishing.over) {
            over(wishing);
            List.copyOf(wishing.waiters).forEach(w -> refuse(w, refusal));
        }
    }

    private void refuse(Waiter waiter, Refusal refusal) {
        seat.counters.refused(refusal);
        waiter.refused(refusal);
    }

    private void over(Wishing wishing) {
        wishing.over = true;
        wishes.remove(wishing.wish.inside(), wishing);
        LeasedPort drawn = wishing.drawn;
        if (drawn != null) {
            wishing.drawn = null;
            ledger.giveBack(drawn);
        }
        ConnectionId known = wishing.known;
        if (known != null) {
            wishing.known = null;
            asked.remove(wishing.question, wishing);
        }
        Attempt attempt = wishing.attempt;
        if (attempt != null) {
            admission.late(attempt, seat.now());
            giveUp(attempt);
        }
    }

    /** Attempts of the old epoch are over: their homes judge them when this one is settled. */
    void learned() {
        List.copyOf(attempts.values()).forEach(this::forget);
        asked.values().forEach(wishing -> wishing.known = null);
        asked.clear();
        seeking.anew(wishes.values());
        retry();
    }

    /** A peer can be asked that could not. */
    void up() {
        seeking.anew(wishes.values());
        retryParked();
    }

    private boolean allReachable(Holders nodes) {
        for (Incarnation node : nodes.members()) {
            if (!seat.reachable(node)) {
                return false;
            }
        }
        return true;
    }

    /** A peer has fallen silent: who waits for its word looks among the others. */
    void silent() {
        for (Attempt attempt : List.copyOf(attempts.values())) {
            if (!allReachable(attempt.awaited)) {
                admission.over(attempt);
                seeking.seek(attempt.wishing);
            }
        }
    }

    /** Something changed: a session, an epoch, a rest. */
    void retry() {
        for (Wishing wishing : List.copyOf(wishes.values())) {
            if (wishing.attempt == null) {
                proceed(wishing);
            }
        }
    }

    void retryParked() {
        for (Wishing wishing : List.copyOf(wishes.values())) {
            if (wishing.parked) {
                proceed(wishing);
            } else {
                seeking.seekIfLate(wishing);
            }
        }
    }

    /** What was asked of that peer is lost. */
    void down(Incarnation peer) {
        for (Attempt attempt : List.copyOf(attempts.values())) {
            if (attempt.home.equals(peer) || attempt.awaited.contains(peer)) {
                fail(attempt);
                seeking.seek(attempt.wishing);
            }
        }
    }
}
