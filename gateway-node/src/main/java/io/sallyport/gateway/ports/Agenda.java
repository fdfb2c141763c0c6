package io.sallyport.gateway.ports;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which leases need a look, and when. A lease that needs none costs nothing, so that a node may
 * hold ports of a hundred thousand destinations. A binary heap in which each lease stands once and
 * knows its place: it can be moved forward, and one that is gone is not kept alive. Worker thread.
 */
final class Agenda {

    static final int NOWHERE = -1;

    private final List<Lease> heap = new ArrayList<>();

    /** Looks at it then, if not sooner. */
    void at(Lease lease, long atNanos) {
        if (lease.place == NOWHERE) {
            lease.dueNanos = atNanos;
            lease.place = heap.size();
            heap.add(lease);
            up(lease);
        } else if (atNanos < lease.dueNanos) {
            lease.dueNanos = atNanos;
            up(lease);
        }
    }

    /** It is gone: another of the same destination may take its place. */
    void never(Lease lease) {
        if (lease.place != NOWHERE) {
            remove(lease);
        }
    }

    /** One that is due, which is on the agenda no more; null where none is. */
    @Nullable Lease next(long nowNanos) {
        if (heap.isEmpty() || heap.getFirst().dueNanos > nowNanos) {
            return null;
        }
        Lease first = heap.getFirst();
        remove(first);
        return first;
    }

    int size() {
        return heap.size();
    }

    private void remove(Lease lease) {
        Lease last = heap.removeLast();
        if (last != lease) {
            put(last, lease.place);
            up(last);
            down(last);
        }
        lease.place = NOWHERE;
    }

    private void put(Lease lease, int place) {
        heap.set(place, lease);
        lease.place = place;
    }

    private void up(Lease lease) {
        while (lease.place > 0) {
            Lease parent = heap.get((lease.place - 1) / 2);
            if (parent.dueNanos <= lease.dueNanos) {
                return;
            }
            swap(lease, parent);
        }
    }

    private void down(Lease lease) {
        while (true) {
            int child = 2 * lease.place + 1;
            if (child >= heap.size()) {
                return;
            }
            Lease least = heap.get(child);
            if (child + 1 < heap.size() && heap.get(child + 1).dueNanos < least.dueNanos) {
                least = heap.get(child + 1);
            }
            if (lease.dueNanos <= least.dueNanos) {
                return;
            }
            swap(lease, least);
        }
    }

    private void swap(Lease one, Lease other) {
        int place = one.place;
        put(one, other.place);
        put(other, place);
    }
}
