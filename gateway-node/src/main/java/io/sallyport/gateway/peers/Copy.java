package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection as this node keeps it: one object, since there may be a million. What it has in
 * common with others lies once ({@link Copies#copyOf}); its {@link #connection} is put together
 * when it is asked for. Worker thread.
 */
final class Copy {

    enum State {
        /** Proposed; its first packet has not left as far as is known here. */
        OPENING,
        OPEN,
        /** An idle end asks whether anyone saw a packet: neither forwarded nor given meanwhile. */
        STOPPED,
        /** Ended for good: never forwarded or given again. */
        ENDING
    }

    final Opener opener;

    /** Who may come to be elsewhere. */
    Client client;

    final LeaseKey lease;
    private final long sequence;
    private final long grant;
    private final char clientPort;
    private final char natPort;

    /** How many nodes are to hold it, as its home had it last. */
    byte copies;

    State state;
    long stateNanos;

    /** This node, or at a home one of those that handed over, agreed to it as gate. */
    boolean gateAgreed;

    /** It was open at some time: an attempt that was given up counts for nobody's key. */
    private boolean opened;

    /** All have dropped it, but someone who may know it is away. Only at the home. */
    boolean frozen;

    /** First keeper of the outside and of the inside key, in the era of {@link Copies}. */
    Incarnation home;

    Incarnation gate;
    int era;

    /** The newest epoch gave it another home. */
    boolean homeIsNew;

    /**
     * A node that may have forwarded it is gone, and with it what it alone had seen: a packet just
     * before, or that the remote answered at all.
     */
    boolean lacksSight;

    /** To whom this node gave it in this epoch; complete at the home. */
    private Holders noted;

    /** The end that is under way here. */
    @Nullable Fan fan;

    /** In {@code Carriage}: this node forwards it. */
    boolean installed;

    long seenNanos;

    /** Where its TCP stream was at {@link #seenNanos}, or earlier, as far as known. */
    private int nextOut;

    private int nextIn;
    private boolean outKnown;
    private boolean inKnown;
    private char flagsOut;
    private char flagsIn;
    private char reportedFlags;

    long reportedNanos;

    /** Where it stands among {@link Copies}. */
    int position;

    private @Nullable List<Runnable> waiters;

    Copy(
            Connection connection,
            Opener opener,
            Client client,
            LeaseKey lease,
            int copies,
            State state,
            Incarnation home,
            Incarnation gate,
            Holders nobody,
            long nowNanos) {
        this.opener = opener;
        this.client = client;
        this.lease = lease;
        sequence = connection.id().sequence();
        grant = connection.grant();
        clientPort = (char) connection.inside().client().port();
        natPort = (char) connection.natPort();
        this.copies = (byte) copies;
        this.state = state;
        this.home = home;
        this.gate = gate;
        noted = nobody;
        opened = state != State.OPENING;
        stateNanos = nowNanos;
        seenNanos = nowNanos;
        reportedNanos = nowNanos;
    }

    /**
     * A new epoch: who keeps it may be others, and to whom it was given counts no more. Whoever had
     * it and is no member may have met its last packet.
     */
    void enter(int newEra, Keepers newest, Holders nobody) {
        Incarnation newHome = newest.home(outside());
        Incarnation newGate = newest.gate(inside());
        lacksSight |= !newest.has(home) || !newest.hasAll(noted);
        era = newEra;
        homeIsNew = !newHome.equals(home);
        home = newHome;
        gate = newGate;
        noted = nobody;
    }

    ConnectionId id() {
        return new ConnectionId(opener.life().number(), sequence);
    }

    long sequence() {
        return sequence;
    }

    boolean isOf(ConnectionId id) {
        return sequence == id.sequence() && opener.life().number() == id.incarnation();
    }

    Connection connection() {
        return new Connection(
                id(),
                opener.gateway(),
                inside(),
                lease.eip(),
                lease.poolGeneration(),
                natPort,
                opener.opened(),
                opener.lessee(),
                grant,
                client.path());
    }

    InsideKey inside() {
        Endpoint from = new Endpoint(client.address(), clientPort);
        return new InsideKey(client.vpc(), protocol(), from, remote());
    }

    OutsideKey outside() {
        return new OutsideKey(protocol(), new Endpoint(lease.eip(), natPort), remote());
    }

    private Endpoint remote() {
        return new Endpoint(lease.destination().address(), lease.destination().port());
    }

    Protocol protocol() {
        return lease.destination().protocol();
    }

    int clientPort() {
        return clientPort;
    }

    int natPort() {
        return natPort;
    }

    boolean isInside(InsideKey key) {
        return clientPort == key.client().port()
                && client.vpc() == key.vpc()
                && client.address().equals(key.client().address())
                && goesTo(key.protocol(), key.remote());
    }

    boolean isOutside(OutsideKey key) {
        return natPort == key.outside().port()
                && lease.eip().equals(key.outside().address())
                && goesTo(key.protocol(), key.remote());
    }

    private boolean goesTo(Protocol protocol, Endpoint remote) {
        return lease.destination().port() == remote.port()
                && protocol().equals(protocol)
                && lease.destination().address().equals(remote.address());
    }

    /** Who is known to have it. */
    Holders noted() {
        return noted;
    }

    /** {@code holder} has it from now on; false where that was known. */
    boolean note(Incarnation holder) {
        Holders before = noted;
        noted = before.with(holder);
        return noted != before;
    }

    /** All of {@code holders} have it from now on. */
    void note(Holders holders) {
        noted = noted.with(holders);
    }

    void strike(Incarnation holder) {
        noted = noted.without(holder);
    }

    void become(State next, long nowNanos) {
        state = next;
        opened |= next == State.OPEN;
        stateNanos = nowNanos;
    }

    /** Whether its inside key is taken by it: open, or agreed and on its way. */
    boolean takesKey() {
        return opened || gateAgreed;
    }

    /** An attempt that came to nothing: as if it had never been, but for its port. */
    boolean vain() {
        return state == State.ENDING && !takesKey();
    }

    /** Runs when the state is no longer what keeps {@code waiter} waiting. */
    void await(Runnable waiter) {
        List<Runnable> known = waiters;
        if (known == null) {
            known = new ArrayList<>(1);
            waiters = known;
        }
        known.add(waiter);
    }

    /** Takes the waiters out; they run when the caller's own change is complete. */
    List<Runnable> takeWaiters() {
        List<Runnable> taken = waiters;
        waiters = null;
        return taken == null ? List.of() : taken;
    }

    /** Nothing goes on with it, and nobody but {@code me} has to do with it. */
    boolean isQuiet(Incarnation me) {
        return state == State.OPEN
                && installed
                && gateAgreed
                && !frozen
                && !lacksSight
                && fan == null
                && waiters == null
                && client.path().moves() == 0
                && home.equals(me)
                && gate.equals(me)
                && noted.members().size() == 1
                && noted.contains(me);
    }

    /** It was at rest: what was so of it then, and what its record says. */
    void wakes(Incarnation me, int restedIn, Carriage.@Nullable Observation seen) {
        era = restedIn;
        opened = true;
        gateAgreed = true;
        installed = true;
        noted = noted.with(me);
        saw(seen);
        if (seen != null) {
            numbers(seen.numbers());
        }
    }

    /** What is known here beyond what a carrier has seen: 0 for nothing. */
    int adds(Carriage.Observation seen) {
        Numbers numbers = seen.numbers();
        boolean knowsNumbers = outKnown && !numbers.outKnown() || inKnown && !numbers.inKnown();
        return flagsOut & ~seen.tcpFlagsOut()
                | flagsIn & ~seen.tcpFlagsIn()
                | (knowsNumbers ? 1 << Byte.SIZE : 0);
    }

    void saw(Carriage.@Nullable Observation seen) {
        if (seen != null) {
            long last = Math.max(seen.lastOutNanos(), seen.lastInNanos());
            if (last != Long.MIN_VALUE) {
                sawNumbers(seen.numbers(), last);
                seenNanos = Math.max(seenNanos, last);
            }
            sawFlags(seen.tcpFlagsOut(), seen.tcpFlagsIn());
        }
    }

    void saw(Frame.Sight sight, long nowNanos) {
        if (sight.ageNanos() != Frame.Sight.NEVER) {
            long last = nowNanos - sight.ageNanos();
            sawNumbers(sight.numbers(), last);
            seenNanos = Math.max(seenNanos, last);
        }
        sawFlags(sight.flagsOut(), sight.flagsIn());
    }

    /** Of two carriers the one that saw it later knows better where it is. */
    private void sawNumbers(Numbers seen, long atNanos) {
        if (atNanos >= seenNanos || !(outKnown || inKnown)) {
            numbers(seen);
        }
    }

    /** What is not known in it stays as it is. */
    void numbers(Numbers seen) {
        nextOut = seen.outKnown() ? seen.nextOut() : nextOut;
        nextIn = seen.inKnown() ? seen.nextIn() : nextIn;
        outKnown |= seen.outKnown();
        inKnown |= seen.inKnown();
    }

    Numbers numbers() {
        return outKnown || inKnown ? new Numbers(outKnown, nextOut, inKnown, nextIn) : Numbers.NONE;
    }

    private void sawFlags(int out, int in) {
        flagsOut |= (char) (out & 0xff);
        flagsIn |= (char) (in & 0xff);
    }

    /** All TCP flags seen from the client. */
    int flagsOut() {
        return flagsOut;
    }

    int flagsIn() {
        return flagsIn;
    }

    /** Whether its home has not heard of all flags. */
    boolean hasFreshFlags() {
        return reportedFlags != allFlags();
    }

    /** Its home is told now. */
    void reported(long nowNanos) {
        reportedNanos = nowNanos;
        reportedFlags = allFlags();
    }

    private char allFlags() {
        return (char) (flagsOut << 8 | flagsIn);
    }

    Frame.Sight sight(long nowNanos) {
        long age = Math.max(0, nowNanos - seenNanos);
        return new Frame.Sight(id(), age, flagsOut, flagsIn, numbers());
    }

    Frame.Held held(long nowNanos) {
        return new Frame.Held(connection(), copies, sight(nowNanos));
    }
}
