package io.sallyport.store.seeded;

/** Stands for any class of the store, which this module does not have on its class path. */
public final class SomethingOfTheStore {

    public static final String NAME = new String("not a constant");

    private SomethingOfTheStore() {}
}
