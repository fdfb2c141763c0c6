package io.sallyport.gateway.peers;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.gateway.ports.ColdGuard;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.gateway.ports.Shortage;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.StoreClient;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The whole protocol of one life of a node, as a state machine without threads: time, links, the
 * store and chance are given to it, so that a simulation can run many in one thread. Worker thread.
 */
final class ConnectionProtocol implements Keeping {

    private static final int FRAMES_PER_TURN = 1024;
    private static final int TIMERS_PER_TURN = 1024;
    private static final long RETRY_NANOS = 50_000_000L;

    /**
     * What the protocol stands on.
     *
     * @param mailbox runs tasks on the worker thread
     * @param clock nanoseconds, monotonic
     * @param random unpredictable in production
     * @param shortages is told whom the store gave no port, and why
     * @param onFenced this life is over
     */
    record Ground(
            StoreClient store,
            Carriage carriage,
            Links links,
            Executor mailbox,
            LongSupplier clock,
            RandomGenerator random,
            LongSupplier catalogVersion,
            Rules rules,
            Shortage.Listener shortages,
            Runnable onFenced) {}

    private final Ground ground;
    private final Counters counters = new Counters();
    private final Watch watch = new Watch(counters);
    private final Vouching vouching;
    private final Members members;
    private final Seat seat;
    private final Horizon horizon;
    private final PortLedger ledger;
    private final Ending ending;
    private final Gate gate;
    private final Home home;
    private final Opening opening;
    private final Attempts attempts;
    private final Carry carry;
    private final Whereabouts whereabouts;
    private final EndClaims endClaims;
    private final Handover handover;
    private final Spares spares;
    private final Rounds rounds;
    private final Inquiries inquiries;
    private final Audit audit;
    private final Replication replication;
    private final Reconcile reconcile;
    private final Renewals renewals;
    private final Silences silences;
    private final StatusReport report;
    private long nextHeartbeatNanos;

    /** {@link #read}. */
    private boolean allRead = true;

    /** {@code Carriage.changes} when it was last looked at. */
    private int changes;

    private long nextRetryNanos;

    /**
     * @param provedNanos when the Join was sent that made this life
     */
    ConnectionProtocol(
            Incarnation me,
            Membership membership,
            String clusterId,
            Tuning tuning,
            long provedNanos,
            Ground ground) {
        this.ground = ground;
        members = new Members(SipHash.ofCluster(clusterId), me, membership);
        seat =
                new Seat(
                        me,
                        tuning.timeouts(),
                        members,
                        ground.carriage(),
                        ground.links(),
                        watch,
                        counters,
                        ground.clock(),
                        ground.random(),
                        ground.rules());
        horizon = new Horizon(me, members, provedNanos, ground.onFenced());
        vouching = new Vouching(me, ground.rules());
        vouching.learned(membership, seat.now());
        ledger =
                new PortLedger(
                        me,
                        ground.store(),
                        ground.mailbox(),
                        ground.clock(),
                        ground.random(),
                        members::epoch,
                        tuning.leases(),
                        ground.shortages());
        Rules rules = ground.rules();
        ending = new Ending(seat, rules);
        gate = new Gate(seat, rules);
        home = new Home(seat, rules, gate, ending);
        carry = new Carry(seat, rules, horizon);
        opening =
                new Opening(
                        seat,
                        horizon,
                        gate,
                        ledger,
                        new ColdGuard(tuning.quotas(), ground.random().nextLong()),
                        carry);
        attempts = opening.attempts();
        whereabouts = new Whereabouts(seat);
        handover = new Handover(seat, home, gate, ending, this::settled);
        spares = new Spares(seat, home);
        rounds = new Rounds(seat, home, spares);
        endClaims = new EndClaims(seat, rounds);
        inquiries = new Inquiries(seat, home);
        audit = new Audit(seat, inquiries, ledger);
        replication = new Replication(seat, home, spares, inquiries, ground.catalogVersion());
        reconcile = new Reconcile(seat, inquiries, ground.store(), ground.mailbox());
        renewals =
                new Renewals(
                        seat,
                        watch,
                        vouching,
                        horizon,
                        ledger,
                        ground.store(),
                        ground.links(),
                        ground.mailbox(),
                        ground.catalogVersion(),
                        this::learn);
        silences = new Silences(seat);
        report =
                new StatusReport(
                        seat, horizon, ledger, ending, rounds, renewals, vouching, replication);
        ground.links().reach(membership);
        surrenderUseless();
        handover.learned();
    }

    /** Who drains waits for the last port, and one that nobody uses is one. */
    private void surrenderUseless() {
        ledger.useless(key -> seat.carriage.opensNoMore(key.eip(), key.poolGeneration()));
    }

    /**
     * This life's first copies: what its former life carried. They are told to the epoch's homes
     * like any member's, and before anything of this epoch is settled.
     */
    void inherit(List<Carriage.Inherited> inherited) {
        for (Carriage.Inherited one : inherited) {
            Copy copy =
                    seat.keep(
                            seat.me,
                            new Frame.Held(
                                    one.connection(),
                                    one.copies(),
                                    Frame.Sight.never(one.connection().id())),
                            Copy.State.OPEN);
            copy.gateAgreed = true;
            copy.installed = true;
            copy.saw(one.observation());
        }
        if (!inherited.isEmpty()) {
            handover.learned();
        }
    }

    // What packets ask.

    @Override
    public void open(Wish wish, Waiter waiter) {
        opening.open(wish, waiter);
    }

    @Override
    public int openAtOnce(Wish wish, boolean mayWait) {
        return opening.openAtOnce(wish, mayWait);
    }

    @Override
    public void find(InsideKey key, Waiter waiter) {
        carry.find(key, waiter);
    }

    @Override
    public void find(OutsideKey key, Waiter waiter) {
        carry.find(key, waiter);
    }

    @Override
    public void flagsSeen(ConnectionId id, int tcpFlagsOut, int tcpFlagsIn) {
        rounds.flagsSeen(id, tcpFlagsOut, tcpFlagsIn);
    }

    @Override
    public void endClaimed(ConnectionId id, boolean outward, int sequence, boolean reset) {
        endClaims.seen(id, outward, sequence, reset);
    }

    @Override
    public Numbers numbers(ConnectionId id) {
        Copy copy = seat.copies.get(id);
        if (copy == null) {
            return Numbers.NONE;
        }
        seat.observe(copy);
        return copy.numbers();
    }

    @Override
    public void moved(ConnectionId id, ClientPath path) {
        whereabouts.learned(id, path);
    }

    @Override
    public void elsewhere(ConnectionId id, ClientPath path, int sequence, int acknowledgement) {
        whereabouts.seen(id, path, sequence, acknowledgement);
    }

    @Override
    public void over(ConnectionId id) {
        if (members.live()) {
            Copy copy = seat.copies.get(id);
            seat.send(copy == null ? seat.me : copy.home, new Frame.EndAsked(id));
        }
    }

    @Override
    public boolean acting(long nowNanos) {
        return horizon.acting(nowNanos);
    }

    /** As {@link #acting} found last. */
    boolean isActing() {
        return !horizon.fenced();
    }

    /** System.nanoTime until when it may act if nothing more is heard. */
    long actsUntilNanos() {
        return horizon.untilNanos();
    }

    /** Of these windows this node saw nothing; {@code nobodySaw} is told where it is to say so. */
    void silent(List<IdleWindow> windows, long unixSeconds, Consumer<IdleWindow> nobodySaw) {
        silences.silent(windows, unixSeconds, nobodySaw);
    }

    /** The machine slept for so long until now. */
    void slept(long sleptNanos, long nowNanos) {
        horizon.slept(sleptNanos, nowNanos);
    }

    /**
     * Whether all was read that had come when this was so last: before the next turn, by who has so
     * much to read that it takes him several.
     */
    void read(boolean all) {
        allRead = all;
    }

    @Override
    public int turn(long nowNanos) {
        if (!horizon.acting(nowNanos)) {
            return 0;
        }
        if (seat.carriage.changes() != changes) {
            changes = seat.carriage.changes();
            home.endWhatIsOver();
            replication.changed();
            surrenderUseless();
        }
        long suspicions = counters.suspicions;
        if (allRead) {
            watch.look(nowNanos);
        }
        if (counters.suspicions > suspicions) {
            attempts.silent();
        }
        int done = seat.runTimers(TIMERS_PER_TURN) + opening.turn() + toMyself();
        done += handover.turn();
        done += seat.walks.turn();
        done += replication.turn(nowNanos);
        done += ledger.turn(nowNanos);
        done += audit.turn(nowNanos);
        done += reconcile.turn(nowNanos);
        done += renewals.turn(nowNanos);
        done += rounds.turn(nowNanos);
        heartbeat(nowNanos);
        if (nowNanos >= nextRetryNanos) {
            nextRetryNanos = nowNanos + RETRY_NANOS;
            opening.retryParked();
        }
        // Last: what agreed to itself has made room.
        done += toMyself();
        return done + opening.admit();
    }

    private int toMyself() {
        int done = 0;
        while (done < FRAMES_PER_TURN) {
            Frame.Deed frame = seat.nextToMyself();
            if (frame == null) {
                break;
            }
            dispatch(seat.me, frame);
            done++;
        }
        return done;
    }

    private void heartbeat(long now) {
        if (now < nextHeartbeatNanos) {
            return;
        }
        // In step, so that a turn which is late does not make the next heartbeat late too.
        nextHeartbeatNanos = Math.max(nextHeartbeatNanos, now - Watch.HEARTBEAT_NANOS);
        nextHeartbeatNanos += Watch.HEARTBEAT_NANOS;
        horizon.majority(now);
        tellAll(new Frame.Heartbeat(now));
    }

    private void tellAll(Frame frame) {
        for (Member member : members.notDead()) {
            if (!seat.isMe(member.incarnation()) && ground.links().isUp(member.incarnation())) {
                ground.links().send(member.incarnation(), members.epoch(), frame);
            }
        }
    }

    // What links tell.

    void up(Incarnation peer) {
        watch.heard(peer);
        ground.links().send(peer, members.epoch(), new Frame.Notice(members.membership()));
        ground.links().send(peer, members.epoch(), new Frame.Heartbeat(seat.now()));
        if (members.live() && members.isLive(peer)) {
            handover.up(peer);
            replication.up(peer);
            ending.up(peer);
            opening.up();
            whereabouts.up(peer);
        }
    }

    void down(Incarnation peer) {
        watch.broke(peer);
        if (members.live()) {
            ending.down(peer);
            inquiries.down(peer);
            audit.down(peer);
            attempts.down(peer);
            carry.down(peer);
        }
    }

    /** Said together in one epoch, and in this order. */
    void received(Incarnation from, Epoch epoch, List<Frame> frames) {
        seat.counters.framesIn += frames.size();
        watch.heard(from);
        long now = seat.now();
        for (Frame frame : frames) {
            // Any of them may bring a newer epoch, or the end of this life.
            if (!horizon.acting(now)) {
                return;
            }
            switch (frame) {
                case Frame.Watching w -> watch(from, epoch, w);
                case Frame.Deed deed -> {
                    if (sameEpoch(from, epoch)) {
                        dispatch(from, deed);
                    } else {
                        seat.counters.framesRefused++;
                    }
                }
            }
        }
    }

    private void watch(Incarnation from, Epoch epoch, Frame.Watching frame) {
        switch (frame) {
            case Frame.Heartbeat h -> {
                long now = seat.now();
                if (watch.owesAnswer(from, now) && vouching.acknowledges(from, now)) {
                    ground.links()
                            .send(from, members.epoch(), new Frame.HeartbeatAck(h.sentNanos()));
                }
            }
            case Frame.HeartbeatAck h -> {
                if (epoch.equals(members.epoch())) {
                    horizon.acknowledged(from, h.sentNanos(), seat.now());
                }
            }
            case Frame.Notice n -> learn(n.membership());
            case Frame.RelayRenew r -> renewals.relays().asked(from, r);
            case Frame.RelayAnswer r -> renewals.relays().answered(r);
        }
    }

    private boolean sameEpoch(Incarnation from, Epoch epoch) {
        return seat.exchangesWith(from)
                && (!ground.rules().hold(Rule.EPOCH) || epoch.equals(members.epoch()));
    }

    private void dispatch(Incarnation from, Frame.Deed frame) {
        switch (frame) {
            case Frame.Propose f -> home.propose(from, f.held());
            case Frame.Keep f -> gate.keep(from, f);
            case Frame.Agreed f -> attempts.agreed(from, f.id());
            case Frame.HomeRefused f -> attempts.homeRefused(f.id());
            case Frame.GateHas f -> attempts.gateHas(from, f.id(), f.existing());
            case Frame.GateEnding f -> attempts.gateEnding(f.id());
            case Frame.Opened f -> home.opened(from, f.id());
            case Frame.GivenUp f -> home.givenUp(from, f.id());
            case Frame.StillOpening f -> attempts.stillOpening(from, f.id());
            case Frame.Offer f -> spares.offered(from, f.id());
            case Frame.Spare f -> spares.spare(from, f);
            case Frame.Spared f -> spares.spared(from, f);
            case Frame.Kept f -> spares.kept(from, f);
            case Frame.AskInside f -> carry.asked(from, f.question(), f.key(), null);
            case Frame.AskOutside f -> carry.asked(from, f.question(), null, f.key());
            case Frame.Answer f -> carry.answer(from, f.question(), f.held());
            case Frame.NotHere f -> carry.notHere(from, f.question(), f.absence());
            case Frame.Refresh f -> home.refresh(f.sights());
            case Frame.Elsewhere f -> whereabouts.elsewhere(from, f);
            case Frame.Moved f -> whereabouts.moved(from, f);
            case Frame.EndClaimed f -> endClaims.claimed(from, f);
            case Frame.Stop f -> ending.stop(from, f);
            case Frame.Stopped f -> ending.stopped(from, f);
            case Frame.Resume f -> ending.resume(from, f.id());
            case Frame.Drop f -> ending.drop(from, f.id());
            case Frame.Dropped f -> ending.dropped(from, f.id());
            case Frame.Freed f -> ledger.freed(f.key(), f.port(), f.id(), f.ended());
            case Frame.EndAsked f -> home.endAsked(f.id());
            case Frame.OpensAnew f -> home.opensAnew(from, f.id(), f.question());
            case Frame.GoesOn f -> opening.goesOn(f);
            case Frame.HandOver f -> handover.handedOver(from, f);
            case Frame.Holding f -> handover.holding(from, f.holds());
            case Frame.Lacking f -> handover.lacking(from, f.ids());
            case Frame.HandedOver() -> handover.handedOver(from);
            case Frame.HomesDone() -> handover.homesDone(from);
            case Frame.Whether f -> inquiries.whether(from, f);
            case Frame.Known f -> inquiries.known(from, f);
            case Frame.Silent f -> silences.heard(from, f);
        }
    }

    /** A member list, from the store or a peer; of an older epoch it is ignored. */
    void learn(Membership membership) {
        if (membership.epoch().compareTo(members.epoch()) >= 0) {
            vouching.learned(membership, seat.now());
        }
        if (!members.learn(membership)) {
            members.refresh(membership);
            return;
        }
        seat.forgetMyWords();
        silences.learned();
        horizon.learned();
        ground.links().reach(membership);
        // First in every session of the new epoch: so no peer ever gets a frame of an epoch that
        // it does not know.
        tellAll(new Frame.Notice(membership));
        if (members.isDead(seat.me)) {
            horizon.fence();
            return;
        }
        gate.learned();
        inquiries.learned();
        audit.learned();
        reconcile.learned();
        seat.walks.learned();
        replication.learned();
        seat.sparing.learned();
        if (members.live()) {
            handover.learned();
            ending.learned();
        } else {
            handover.left();
        }
        opening.learned();
        carry.again();
    }

    private void settled() {
        audit.settled();
        reconcile.settled();
        replication.settled();
        opening.retryParked();
        carry.again();
    }

    // What status shows.

    /** What is kept of it here. */
    @Nullable Copy copy(ConnectionId id) {
        return seat.copies.get(id);
    }

    /** What was counted since this life began. */
    Counters counters() {
        return counters;
    }

    /** Tells of epochs as they come, if it is given turns. */
    EpochLog epochLog() {
        return new EpochLog(members, replication, counters);
    }

    PeerStatus status() {
        return report.status();
    }
}
