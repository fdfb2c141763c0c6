package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.ports.Shortage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator should know that no counter tells: which destination had no port left, how full
 * it is and who holds most. One event per destination and {@link #REPEAT_MILLIS}, however many
 * connections it refused; the newest are kept. Written by the worker, read by any thread.
 */
final class EventLog {

    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final int EVENTS_MAX = 256;
    private static final long REPEAT_MILLIS = 10_000;

    private static final class Told {
        final long atMillis;
        long refusedSince;

        Told(long atMillis) {
            this.atMillis = atMillis;
        }
    }

    private final LongSupplier wallMillis;
    private final Deque<PeerEvent> events = new ArrayDeque<>();
    private final SequencedMap<LeaseKey, Told> told = new LinkedHashMap<>();

    EventLog(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    synchronized void shortage(Shortage shortage, long refused) {
        long now = wallMillis.getAsLong();
        Told last = told.get(shortage.key());
        if (last != null && now - last.atMillis < REPEAT_MILLIS) {
            last.refusedSince += refused;
            return;
        }
        long all = refused + (last == null ? 0 : last.refusedSince);
        told.remove(shortage.key());
        told.put(shortage.key(), new Told(now));
        if (told.size() > EVENTS_MAX) {
            told.pollFirstEntry();
        }
        PeerEvent event = new PeerEvent(now, shortage, all);
        events.addLast(event);
        if (events.size() > EVENTS_MAX) {
            events.removeFirst();
        }
        LOG.warn("{} connections refused: {}", all, shortage);
    }

    synchronized List<PeerEvent> newest() {
        return List.copyOf(events);
    }
}
