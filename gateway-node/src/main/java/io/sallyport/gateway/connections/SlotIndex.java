package io.sallyport.gateway.connections;

/**
 * Slots by the names of their connections: open addressing, four bytes a place, the names where
 * they are anyway. Worker thread.
 */
final class SlotIndex {

    private static final int SMALLEST = 64;
    private static final long ODD = 0x9e37_79b9_7f4a_7c15L;

    private final Identities identities;
    private int[] slots = new int[SMALLEST];
    private int size;

    SlotIndex(Identities identities) {
        this.identities = identities;
    }

    /** {@link ConnectionTable#MISS} where it is not there. */
    int find(ConnectionId id) {
        int place = wanted(id.incarnation(), id.sequence());
        for (int slot = slots[place]; slot != 0; slot = slots[place]) {
            if (identities.sequence(slot) == id.sequence()
                    && identities.opener(slot) == id.incarnation()) {
                return slot;
            }
            place = after(place);
        }
        return ConnectionTable.MISS;
    }

    void add(int slot) {
        if (4 * (size + 1) > 3 * slots.length) {
            grow();
        }
        put(slot);
        size++;
    }

    private void put(int slot) {
        int place = wanted(slot);
        while (slots[place] != 0) {
            place = after(place);
        }
        slots[place] = slot;
    }

    private void grow() {
        int[] old = slots;
        slots = new int[old.length + (old.length >> 1)];
        for (int slot : old) {
            if (slot != 0) {
                put(slot);
            }
        }
    }

    void remove(int slot) {
        int gap = wanted(slot);
        while (slots[gap] != slot) {
            if (slots[gap] == 0) {
                throw new IllegalStateException("a connection is not found by its name");
            }
            gap = after(gap);
        }
        // Moves back whatever stands beyond the gap only because the gap was taken.
        for (int place = after(gap); slots[place] != 0; place = after(place)) {
            if (distance(wanted(slots[place]), place) >= distance(gap, place)) {
                slots[gap] = slots[place];
                gap = place;
            }
        }
        slots[gap] = 0;
        size--;
    }

    private int after(int place) {
        return place + 1 == slots.length ? 0 : place + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + slots.length;
    }

    private int wanted(int slot) {
        return wanted(identities.opener(slot), identities.sequence(slot));
    }

    /** Nodes give names, not tenants: they need spreading, and no secret. */
    private int wanted(long incarnation, long sequence) {
        long hash = (incarnation * ODD ^ sequence) * ODD;
        return (int) ((hash >>> 32) * slots.length >>> 32);
    }
}
