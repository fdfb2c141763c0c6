package io.sallyport.lab.seeded;

import io.sallyport.store.seeded.SomethingOfTheStore;
import java.lang.foreign.Arena;

/** Breaks both rules on purpose, so that a test can show that they see. */
public final class ReachesIntoTheStore {

    private ReachesIntoTheStore() {}

    static String touch() {
        return SomethingOfTheStore.NAME.strip() + Arena.global();
    }
}
