package io.sallyport.store.machine;

/** Where changed rows of the state go. */
public interface StateSink {

    void put(StatePart part, byte[] key, byte[] value);

    void remove(StatePart part, byte[] key);
}
