package io.sallyport.bench;

import java.util.concurrent.CompletableFuture;

/** Somebody who agrees on source ports by majority. From any thread. */
interface Contender extends AutoCloseable {

    String name();

    /**
     * Takes free ports towards one destination, durably and for good.
     *
     * @param destination any number; the same number is the same destination
     * @param ports 1 or more, in one transaction
     * @return completes with the number of ports that were granted, or exceptionally
     */
    CompletableFuture<Integer> allocate(long destination, int ports);

    @Override
    void close();
}
