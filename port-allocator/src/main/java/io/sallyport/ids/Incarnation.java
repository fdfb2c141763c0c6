package io.sallyport.ids;

/**
 * One life of a gateway node, numbered by the store at Join (the number of the epoch that the Join
 * began), so no two lives ever share a number. Leases belong to an incarnation.
 */
public record Incarnation(long number) implements Comparable<Incarnation> {

    @Override
    public int compareTo(Incarnation other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
