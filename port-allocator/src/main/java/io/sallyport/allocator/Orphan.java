package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;

/**
 * Ports of one destination that a dead incarnation left behind. They are free again once the home
 * of each says that it knows no connection there ({@link AllocatorCommand.Reconciled}).
 *
 * @param ports ascending
 */
public record Orphan(LeaseKey key, Incarnation dead, Ports ports) {

    /** Where this orphan stands in the order of all orphans: the place to go on after. */
    public Position position() {
        return new Position(key, dead);
    }

    /** The order of orphans: by destination, then by the dead. */
    public record Position(LeaseKey key, Incarnation dead) implements Comparable<Position> {
        @Override
        public int compareTo(Position other) {
            int byKey = key.compareTo(other.key);
            return byKey != 0 ? byKey : dead.compareTo(other.dead);
        }
    }
}
