package io.sallyport.gateway.kernel;

/** Kinds of maps that are used here, with their numbers in linux/bpf.h. */
public enum MapType {
    HASH(1),
    ARRAY(2),
    PROGRAM_ARRAY(3),
    PERCPU_ARRAY(6),
    LRU_HASH(9),
    LPM_TRIE(11),
    DEVMAP(14),
    RINGBUF(27);

    final int number;

    MapType(int number) {
        this.number = number;
    }

    /**
     * @throws IllegalArgumentException for a kind that is not used here
     */
    static MapType of(int number) {
        for (MapType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("map type " + number);
    }
}
