package io.sallyport.store.machine;

/** The parts of the state, as a checkpoint keeps them apart. Never renumber. */
public enum StatePart {
    META(0),
    CATALOG(1),
    ALLOCATOR(2),
    CLIENTS(3),
    CLUSTER(4),

    /** No more: the catalog says itself which pools are open. Former checkpoints have it. */
    POOLS(5);

    private final int number;

    StatePart(int number) {
        this.number = number;
    }

    /** 0 to 255; the first byte of a key on disk. */
    public int number() {
        return number;
    }
}
