package io.sallyport.store.machine;

/** Breaks the rules on purpose, so that a test can see that they are able to fail. */
final class SeededViolation {

    private SeededViolation() {}

    static long whatReplicasWouldDisagreeAbout() {
        return System.nanoTime();
    }

    static Class<?> aGiantFromAnotherRoom() {
        return org.rocksdb.RocksDB.class;
    }
}
