package io.sallyport.gateway.connections;

/** Slots by the names of their connections. Worker thread. */
final class SlotIndex extends NumberIndex {

    private static final long ODD = 0x9e37_79b9_7f4a_7c15L;

    private final Identities identities;

    SlotIndex(Identities identities) {
        this.identities = identities;
    }

    /** {@link ConnectionTable#MISS} where it is not there. */
    int find(ConnectionId id) {
        int place = begin(hash(id.incarnation(), id.sequence()));
        for (int slot = at(place); slot != 0; slot = at(place)) {
            if (identities.sequence(slot) == id.sequence()
                    && identities.opener(slot) == id.incarnation()) {
                return slot;
            }
            place = after(place);
        }
        return ConnectionTable.MISS;
    }

    @Override
    long hash(int slot) {
        return hash(identities.opener(slot), identities.sequence(slot));
    }

    /** Nodes give names, not tenants: they need spreading, and no secret. */
    private static long hash(long incarnation, long sequence) {
        return (incarnation * ODD ^ sequence) * ODD;
    }
}
