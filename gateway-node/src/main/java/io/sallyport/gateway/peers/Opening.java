package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.gateway.connections.Keeping.Waiter;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.ports.ColdGuard;
import io.sallyport.gateway.ports.LeasedPort;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.net.Protocol;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The opener's side: a wish gets a port and is attempted ({@link Attempts}), again and with another
 * port where an attempt fails, until its time is over. What is here already it takes, and what
 * cannot be opened now is looked for among the others meanwhile. Worker thread.
 */
final class Opening {

    /** A wish lives so long, whatever happens to its attempts. */
    static final long WISH_NANOS = 3_000_000_000L;

    static final int WISHES_MAX = 1 << 16;

    private static final int ADMITTED_PER_TURN = 256;

    private final Seat seat;
    private final Horizon horizon;
    private final PortLedger ledger;
    private final ColdGuard coldGuard;
    private final LoneOpening alone;
    private final Seeking seeking;
    private final Admission admission = new Admission();
    private final Attempts attempts;

    /** Whose turn it is. */
    private @Nullable Wishing admitted;

    /** The first to come is the first whose time is over. */
    private final SequencedMap<InsideKey, Wishing> wishes = new LinkedHashMap<>();

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
        Names names = new Names(seat);
        alone = new LoneOpening(seat, horizon, gate, ledger, names);
        attempts = new Attempts(seat, horizon, gate, ledger, names, seeking, admission, this);
    }

    /** What is proposed, and not agreed to yet. */
    Attempts attempts() {
        return attempts;
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
        int done = attempts.turn();
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
            if (next.untilNanos - seat.now() < Attempts.ATTEMPT_NANOS) {
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

    void proceed(Wishing wishing) {
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
        attempts.giveUp(wishing);
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
                Attempts.ATTEMPT_NANOS,
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
        attempts.propose(wishing, port);
    }

    void ready(Wishing wishing, int slot) {
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
        attempts.over(wishing);
    }

    /** Attempts of the old epoch are over: their homes judge them when this one is settled. */
    void learned() {
        attempts.learned();
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
}
