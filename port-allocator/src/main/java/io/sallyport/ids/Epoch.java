package io.sallyport.ids;

/**
 * The number of a member list. {@code generation} is the store's: it changes when a store is
 * restored from an older state. Ordered; the greater is the newer.
 */
public record Epoch(long generation, long number) implements Comparable<Epoch> {

    public static final Epoch NONE = new Epoch(0, 0);

    public Epoch next() {
        return new Epoch(generation, number + 1);
    }

    @Override
    public int compareTo(Epoch other) {
        int byGeneration = Long.compare(generation, other.generation);
        return byGeneration != 0 ? byGeneration : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return generation + "." + number;
    }
}
