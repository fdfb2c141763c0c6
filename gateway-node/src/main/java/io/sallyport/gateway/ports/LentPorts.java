package io.sallyport.gateway.ports;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All lent ports of a node, the one whose home was asked longest ago first. Linked through the
 * ports themselves, so that a port enters and leaves at no cost. Worker thread.
 */
final class LentPorts {

    private final Incarnation borrowers;
    private @Nullable LeasedPort first;
    private @Nullable LeasedPort last;

    /** Sequence of the borrower that came last. */
    private long newest;

    /** {@code borrowers}: whose connections borrow. */
    LentPorts(Incarnation borrowers) {
        this.borrowers = borrowers;
    }

    /** Its time is now: it goes to the end. */
    void add(LeasedPort port, ConnectionId borrower) {
        newest = borrower.sequence();
        append(port);
    }

    private void append(LeasedPort port) {
        port.before = last;
        port.after = null;
        if (last == null) {
            first = port;
        } else {
            last.after = port;
        }
        last = port;
    }

    void remove(LeasedPort port) {
        LeasedPort before = port.before;
        LeasedPort after = port.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        port.before = null;
        port.after = null;
    }

    /** Up to {@code most} that were not asked about since {@code beforeNanos}; now they are. */
    List<LentPort> ask(long beforeNanos, long nowNanos, int most) {
        List<LentPort> asked = new ArrayList<>();
        while (first != null && first.isBefore(beforeNanos) && asked.size() < most) {
            LeasedPort port = first;
            remove(port);
            port.nanos(nowNanos);
            append(port);
            ConnectionId borrower = new ConnectionId(borrowers.number(), port.borrower(newest));
            asked.add(new LentPort(port, borrower));
        }
        return asked;
    }
}
