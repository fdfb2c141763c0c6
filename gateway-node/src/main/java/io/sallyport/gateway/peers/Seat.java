package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Incarnation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the concerns of the protocol have in common at one node: who it is, its members, its copies,
 * its clock, its timers, and the way to the others. Worker thread.
 */
final class Seat {

    /** TCP's flag. */
    static final int ACK = 16;

    private record Timer(long atNanos, long order, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    final Incarnation me;
    final Timeouts timeouts;
    final Members members;
    final Copies copies;
    final Walks walks;
    final Carriage carriage;
    final Counters counters;
    final Rules rules;
    final Sparing sparing = new Sparing();
    private final Links links;
    private final Watch watch;
    private final LongSupplier clock;
    private final Deque<Frame.Deed> toMyself = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long timerOrder;

    Seat(
            Incarnation me,
            Timeouts timeouts,
            Members members,
            Carriage carriage,
            Links links,
            Watch watch,
            Counters counters,
            LongSupplier clock,
            RandomGenerator random,
            Rules rules) {
        this.me = me;
        copies = new Copies(random, me, carriage);
        walks = new Walks(copies);
        this.timeouts = timeouts;
        this.members = members;
        this.carriage = carriage;
        this.links = links;
        this.watch = watch;
        this.counters = counters;
        this.clock = clock;
        this.rules = rules;
    }

    /** Nanoseconds, monotonic. */
    long now() {
        return clock.getAsLong();
    }

    boolean isMe(Incarnation peer) {
        return me.equals(peer);
    }

    /** Whether {@code peer} can be asked now: a live member that is heard. */
    boolean reachable(Incarnation peer) {
        return isMe(peer) || (members.isLive(peer) && links.isUp(peer) && !watch.suspected(peer));
    }

    boolean member() {
        return members.live() || !rules.hold(Rule.MEMBER);
    }

    /** Whether both are members: only then deeds are said and heard. */
    boolean exchangesWith(Incarnation peer) {
        return member() && (members.isLive(peer) || !rules.hold(Rule.MEMBER));
    }

    /** What I tell myself comes back by {@link #nextToMyself()}, never within the call. */
    void send(Incarnation to, Frame.Deed frame) {
        if (isMe(to)) {
            toMyself.add(frame);
        } else if (exchangesWith(to)) {
            counters.framesOut++;
            links.send(to, members.epoch(), frame);
        }
    }

    /**
     * To the home and to all to whom this node gave the connection, but for {@code source}: who
     * passes it on reaches everybody that has it in two hops.
     */
    void spread(Copy copy, Incarnation source, Frame.Deed frame) {
        if (!isMe(copy.home) && !copy.home.equals(source)) {
            send(copy.home, frame);
        }
        for (Incarnation holder : copy.noted()) {
            if (!isMe(holder) && !holder.equals(source) && !holder.equals(copy.home)) {
                send(holder, frame);
            }
        }
    }

    Frame.@Nullable Deed nextToMyself() {
        return toMyself.poll();
    }

    /** What I told myself in an older epoch counts no more. */
    void forgetMyWords() {
        toMyself.clear();
    }

    void after(long delayNanos, Runnable task) {
        timers.add(new Timer(now() + delayNanos, timerOrder++, task));
    }

    int runTimers(int most) {
        int done = 0;
        long now = now();
        while (done < most) {
            Timer first = timers.peek();
            if (first == null || first.atNanos() > now) {
                break;
            }
            timers.poll();
            first.task().run();
            done++;
        }
        return done;
    }

    /** Makes a copy from what {@code giver} gave, or merges it into the one that is here. */
    Copy keep(Incarnation giver, Frame.Held held, Copy.State state) {
        Copy copy = copies.get(held.connection().id());
        if (copy == null) {
            copy = copyOf(held.connection(), held.copies(), state);
            if (copies.hasOutside(copy.outside())) {
                counters.collisions++;
            }
            if (held.sight().ageNanos() != Frame.Sight.NEVER) {
                copy.seenNanos = now() - held.sight().ageNanos();
            }
            copies.add(copy);
        } else {
            found(giver, copy, held.connection().path());
        }
        copy.saw(held.sight(), now());
        return copy;
    }

    /** Takes note of what was seen of it here. */
    void observe(Copy copy) {
        if (copy.installed) {
            copy.saw(carriage.observe(copy.id()));
        }
    }

    /**
     * Of two that know the client in different places one learns from the other: what is news here
     * all others are told, and who says what is old is told the newer, whatever he said it with.
     */
    void found(Incarnation from, Copy copy, ClientPath path) {
        if (path.undoes(copy.client.path())) {
            copies.moved(copy, path);
            if (copy.installed) {
                carriage.moved(copy.id(), path);
            }
            spread(copy, from, new Frame.Moved(copy.id(), path));
        } else if (copy.client.path().undoes(path)) {
            send(from, new Frame.Moved(copy.id(), copy.client.path()));
        }
    }

    /** {@code holder} gets it from here; false where it is known that he has it. */
    boolean given(Copy copy, Incarnation holder) {
        sparing.given(copy, holder);
        return copy.note(holder);
    }

    /** How many nodes are to hold it, by its gateway or else by whoever gave it. */
    int level(Copy copy) {
        int copies =
                carriage.copies(copy.client.vpc(), copy.lease.eip(), copy.lease.poolGeneration());
        return copies == 0 ? copy.copies : copies;
    }

    /**
     * How long a holder waits until it tells the home again what it has seen of it, or that it has
     * seen nothing. Who carries the client's direction alone sees no answer; that the client says
     * ACK tells that there was one, or it would report twelve times as often as it needs to.
     */
    long quarterNanos(Copy copy) {
        int in = copy.flagsIn() == 0 ? copy.flagsOut() & ACK : copy.flagsIn();
        return timeouts.idleNanos(copy.protocol(), copy.flagsOut(), in) / 4;
    }

    /** A copy that is nowhere yet. */
    Copy copyOf(Connection connection, int holders, Copy.State state) {
        return copies.copyOf(
                connection,
                holders,
                state,
                members.keepers().home(connection.outside()),
                members.keepers().gate(connection.inside()),
                now());
    }

    /**
     * Whether only its opener knows if it was opened, and that one is away. Perhaps it carries the
     * connection, and its return must not end it; so nobody says that there is none, and nobody
     * waits for it who may open another.
     */
    boolean undecided(Copy copy) {
        return copy.state == Copy.State.OPENING
                && !copy.gateAgreed
                && members.isAway(copy.opener.life());
    }

    /**
     * Of the copies of one key the one to go by. An attempt counts only where there is nothing
     * else: while there is, its gate refuses it.
     */
    @Nullable Copy foremost(List<Copy> ofOneKey) {
        Copy attempt = null;
        for (Copy copy : ofOneKey) {
            if (copy.vain()) {
                continue;
            }
            if (copy.state != Copy.State.OPENING) {
                return copy;
            }
            if (attempt == null || undecided(attempt)) {
                attempt = copy;
            }
        }
        return attempt;
    }

    void wake(Copy copy) {
        copy.takeWaiters().forEach(Runnable::run);
    }
}
