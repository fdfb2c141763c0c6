package io.sallyport.store.calls;

import io.sallyport.allocator.wire.WireException;

/** Which law a command belongs to. The numbers are on the wire and on the log: never renumber. */
public enum Law {
    ALLOCATOR(1),
    CATALOG(2),
    CLUSTER(3);

    private final int number;

    Law(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /**
     * @throws WireException where there is no such law
     */
    static Law of(int number) {
        return switch (number) {
            case 1 -> ALLOCATOR;
            case 2 -> CATALOG;
            case 3 -> CLUSTER;
            default -> throw new WireException("no law has the number " + number);
        };
    }
}
