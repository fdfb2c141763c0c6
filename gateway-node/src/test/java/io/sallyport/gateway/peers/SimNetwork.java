package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sessions between lives: in order each way, each frame as late as it likes; a session breaks at
 * any moment, each end hears of it when it hears of it, and what is in flight then is lost.
 */
final class SimNetwork {

    /** One direction of a session. */
    private static final class Way {
        long lastArrival;
        boolean receiverUp;

        /** Arrived before the receiver knew of the session. */
        final List<Runnable> early = new ArrayList<>();

        boolean receiverGone;
    }

    private static final class Session {
        final Map<Incarnation, Way> to = new HashMap<>();

        Way to(Incarnation receiver) {
            return requireNonNull(to.get(receiver));
        }
    }

    private static final int CODED_EVERY = 64;

    private final SimWorld world;

    /** In one order always: a seed must replay. */
    private record Pair(Incarnation low, Incarnation high) {
        static Pair of(Incarnation a, Incarnation b) {
            return a.compareTo(b) < 0 ? new Pair(a, b) : new Pair(b, a);
        }

        boolean has(Incarnation life) {
            return low.equals(life) || high.equals(life);
        }
    }

    private final Map<Pair, Session> sessions = new LinkedHashMap<>();
    private final boolean[][] cuts;
    private int sends;
    double delayMs = 2;

    /** Hears of every frame that is said in a session; in most runs nobody does. */
    @Nullable SimMeter meter;

    SimNetwork(SimWorld world) {
        this.world = world;
        cuts = new boolean[world.scenario.nodes()][world.scenario.nodes()];
        world.every(50 * SimWorld.MS, this::connect);
    }

    void cut(SimNode a, SimNode b) {
        cuts[a.number][b.number] = true;
        cuts[b.number][a.number] = true;
    }

    void heal() {
        for (boolean[] row : cuts) {
            Arrays.fill(row, false);
        }
    }

    private long delay() {
        return (long) ((0.05 + delayMs * world.random.nextDouble()) * SimWorld.MS);
    }

    private void connect() {
        for (SimNode a : world.nodes) {
            for (SimNode b : world.nodes) {
                Incarnation lifeA = a.life();
                Incarnation lifeB = b.life();
                if (a.number < b.number && lifeA != null && lifeB != null) {
                    boolean possible =
                            !cuts[a.number][b.number] && (a.reaches(lifeB) || b.reaches(lifeA));
                    Session session = sessions.get(Pair.of(lifeA, lifeB));
                    if (possible && session == null) {
                        begin(lifeA, lifeB);
                    } else if (!possible && session != null) {
                        breakSession(lifeA, lifeB);
                    }
                }
            }
        }
    }

    private void begin(Incarnation a, Incarnation b) {
        Session session = new Session();
        session.to.put(a, new Way());
        session.to.put(b, new Way());
        sessions.put(Pair.of(a, b), session);
        world.at(delay(), () -> up(session, a, b));
        world.at(delay(), () -> up(session, b, a));
    }

    private void up(Session session, Incarnation at, Incarnation peer) {
        Way way = session.to(at);
        SimNode node = world.nodeOf(at);
        Session newest = sessions.get(Pair.of(at, peer));
        boolean outdated = newest != null && newest != session;
        if (node != null && !way.receiverGone && !outdated) {
            way.receiverUp = true;
            node.up(peer, session);
            way.early.forEach(Runnable::run);
            way.early.clear();
        }
    }

    void breakSession(Incarnation a, Incarnation b) {
        Session session = sessions.remove(Pair.of(a, b));
        if (session != null) {
            world.at(2 * delay(), () -> gone(session, a, b));
            world.at(2 * delay(), () -> gone(session, b, a));
        }
    }

    private void gone(Session session, Incarnation at, Incarnation peer) {
        Way way = session.to(at);
        way.receiverGone = true;
        SimNode node = world.nodeOf(at);
        if (node != null && way.receiverUp) {
            node.down(peer, session);
        }
    }

    void breakAll(Incarnation life) {
        for (Pair pair : List.copyOf(sessions.keySet())) {
            if (pair.has(life)) {
                breakSession(pair.low(), pair.high());
            }
        }
    }

    void breakAny() {
        if (!sessions.isEmpty()) {
            Pair pair = List.copyOf(sessions.keySet()).get(world.random.nextInt(sessions.size()));
            breakSession(pair.low(), pair.high());
        }
    }

    void send(Object sessionObject, Incarnation from, Incarnation to, Epoch epoch, Frame frame) {
        Session session = (Session) sessionObject;
        if (meter != null) {
            meter.said(from, to, epoch, frame);
        }
        Way way = session.to(to);
        // What the codec does to a frame is looked at now and then; else it costs most of the time.
        FrameCodec.Piece piece =
                sends++ % CODED_EVERY == 0
                        ? FrameCodec.decode(FrameCodec.encode(epoch, frame))
                        : new FrameCodec.Piece(epoch, List.of(frame));
        way.lastArrival = Math.max(way.lastArrival, world.now() + delay());
        world.at(way.lastArrival - world.now(), () -> arrive(session, way, from, to, piece));
    }

    private void arrive(
            Session session, Way way, Incarnation from, Incarnation to, FrameCodec.Piece piece) {
        SimNode node = world.nodeOf(to);
        boolean voided = way.receiverGone && !world.mutants.has(SimMutants.Switch.SESSIONS);
        if (voided || node == null) {
            return;
        }
        if (!way.receiverUp) {
            way.early.add(() -> arrive(session, way, from, to, piece));
            return;
        }
        node.receive(session, from, piece);
    }

    static Set<Incarnation> reached(Membership membership) {
        Set<Incarnation> reached = new HashSet<>();
        for (Member m : membership.members()) {
            if (m.status() != Member.Status.DEAD) {
                reached.add(m.incarnation());
            }
        }
        return reached;
    }
}
