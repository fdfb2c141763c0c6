package io.sallyport.gateway.peers;

import io.sallyport.gateway.ports.PortLedger;

/** Puts together what the concerns of the protocol say of themselves. Worker thread. */
final class StatusReport {

    private final Seat seat;
    private final Horizon horizon;
    private final PortLedger ledger;
    private final Ending ending;
    private final Rounds rounds;
    private final Renewals renewals;
    private final Vouching vouching;
    private final Replication replication;

    StatusReport(
            Seat seat,
            Horizon horizon,
            PortLedger ledger,
            Ending ending,
            Rounds rounds,
            Renewals renewals,
            Vouching vouching,
            Replication replication) {
        this.seat = seat;
        this.horizon = horizon;
        this.ledger = ledger;
        this.ending = ending;
        this.rounds = rounds;
        this.renewals = renewals;
        this.vouching = vouching;
        this.replication = replication;
    }

    PeerStatus status() {
        long now = seat.now();
        Counters c = seat.counters;
        Members members = seat.members;
        return new PeerStatus(
                seat.me,
                members.membership(),
                members.live(),
                horizon.acting(now),
                members.homeSettled() && members.gateSettled(),
                members.caughtUp(),
                horizon.leftNanos(now) / 1_000_000,
                renewals.suspected(),
                seat.copies.size(),
                rounds.homed(),
                ending.frozen(),
                rounds.carried(),
                replication.left(),
                horizon.acting(now) ? replication.doneVersion() : -1,
                LeaseStatus.of(ledger),
                c.opened,
                c.refusals(),
                c.asked,
                c.given,
                c.ended,
                c.endsCalledOff,
                c.handedOver,
                c.framesIn,
                c.framesOut,
                c.framesRefused,
                c.collisions,
                c.reconciled,
                c.orphansKept,
                c.reconcileNanos / 1_000_000,
                vouching.given(),
                c.relaysAsked,
                c.relaysDone,
                c.suspicions,
                c.falseSuspicions);
    }
}
