package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Keepers of a node that is alone: a port at once, or when told to, or never. */
final class LoneKeeping implements Keeping {

    private final Random random = new Random(4);
    final Map<InsideKey, Connection> open = new HashMap<>();

    /** All that ever were open: no outside end is given twice. */
    private final Map<OutsideKey, Connection> taken = new HashMap<>();

    final ArrayDeque<Runnable> pending = new ArrayDeque<>();
    @Nullable Carriage carriage;
    @Nullable Refusal refusal;
    boolean later;
    boolean acting = true;

    /** CLOCK_BOOTTIME, ns. */
    volatile long actsUntil = Long.MAX_VALUE;

    int flagsTold;
    final List<ClientPath> moved = new ArrayList<>();
    final List<ClientPath> elsewhere = new ArrayList<>();
    final List<ConnectionId> over = new ArrayList<>();

    /** Numbers of FINs and RSTs that others are to judge. */
    final List<Integer> claimed = new ArrayList<>();

    /** Where streams were when a segment last proved it. */
    private final Map<ConnectionId, Numbers> numbers = new HashMap<>();

    int asked;
    private long sequence;

    @Override
    public void moved(ConnectionId id, ClientPath path) {
        moved.add(path);
    }

    @Override
    public void elsewhere(ConnectionId id, ClientPath path, int sequence, int acknowledgement) {
        elsewhere.add(path);
    }

    @Override
    public void endClaimed(ConnectionId id, boolean outward, int sequence, boolean reset) {
        claimed.add(sequence);
    }

    @Override
    public Numbers numbers(ConnectionId id) {
        Carriage.Observation seen = java.util.Objects.requireNonNull(carriage).observe(id);
        if (seen != null && !seen.numbers().equals(Numbers.NONE)) {
            numbers.put(id, seen.numbers());
        }
        return numbers.getOrDefault(id, Numbers.NONE);
    }

    @Override
    public void over(ConnectionId id) {
        over.add(id);
    }

    /** As peers do once they have joined. */
    void inherit(long bootNanos) {
        for (Carriage.Inherited one :
                java.util.Objects.requireNonNull(carriage).inherit(bootNanos)) {
            open.put(one.connection().inside(), one.connection());
            taken.put(one.connection().outside(), one.connection());
        }
    }

    /** It is open, and installed by who says so. */
    void knows(Connection connection) {
        open.put(connection.inside(), connection);
        taken.put(connection.outside(), connection);
    }

    @Override
    public void open(Wish wish, Waiter waiter) {
        asked++;
        run(() -> answer(wish, waiter));
    }

    private void answer(Wish wish, Waiter waiter) {
        if (refusal != null) {
            waiter.refused(refusal);
            return;
        }
        Connection known = open.get(wish.inside());
        if (known != null && isOver(known)) {
            java.util.Objects.requireNonNull(carriage).drop(known.id());
            open.remove(wish.inside());
            waiter.refused(Refusal.ENDING);
            return;
        }
        waiter.ready(install(known == null ? fresh(wish) : known, wish.numbers()));
    }

    /** Its client has sent FIN or RST. */
    private boolean isOver(Connection known) {
        Carriage.Observation seen = java.util.Objects.requireNonNull(carriage).observe(known.id());
        return seen != null && (seen.tcpFlagsOut() & 5) != 0;
    }

    private Connection fresh(Wish wish) {
        Connection connection;
        do {
            connection =
                    new Connection(
                            new ConnectionId(1, ++sequence),
                            wish.gateway(),
                            wish.inside(),
                            wish.eip(),
                            wish.poolGeneration(),
                            1024 + random.nextInt(64512),
                            new Epoch(1, 1),
                            new Incarnation(1),
                            1,
                            wish.path());
        } while (taken.putIfAbsent(connection.outside(), connection) != null);
        open.put(wish.inside(), connection);
        return connection;
    }

    private int install(Connection connection, Numbers numbers) {
        int slot = java.util.Objects.requireNonNull(carriage).install(connection, numbers);
        if (slot == Carriage.FULL) {
            throw new IllegalStateException("the table is full");
        }
        return slot;
    }

    @Override
    public void find(InsideKey key, Waiter waiter) {
        asked++;
        run(() -> found(open.get(key), waiter));
    }

    @Override
    public void find(OutsideKey key, Waiter waiter) {
        asked++;
        run(() -> found(openAt(key), waiter));
    }

    private @Nullable Connection openAt(OutsideKey key) {
        Connection last = taken.get(key);
        return last != null && last.equals(open.get(last.inside())) ? last : null;
    }

    private void found(@Nullable Connection connection, Waiter waiter) {
        if (connection == null) {
            waiter.refused(Refusal.UNKNOWN_CONNECTION);
        } else {
            waiter.ready(install(connection, Numbers.NONE));
        }
    }

    private void run(Runnable answer) {
        if (later) {
            pending.add(answer);
        } else {
            answer.run();
        }
    }

    @Override
    public void flagsSeen(ConnectionId id, int tcpFlagsOut, int tcpFlagsIn) {
        flagsTold++;
    }

    @Override
    public boolean acting(long nowNanos) {
        return acting;
    }

    @Override
    public long actsUntilBootNanos() {
        return acting ? actsUntil : 0;
    }

    @Override
    public int turn(long nowNanos) {
        return 0;
    }
}
