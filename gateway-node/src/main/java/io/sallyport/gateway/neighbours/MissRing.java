package io.sallyport.gateway.neighbours;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.Set;

/**
 * Addresses whose MAC the worker missed, for the resolver. One writer, one reader; a full ring
 * forgets, since the packet asks again anyway.
 */
final class MissRing {

    private static final int SIZE = 1024;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(MissRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(MissRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] addresses = new long[SIZE * 2];

    @SuppressWarnings("UnusedVariable") // through HEAD
    private long head;

    private long tail;

    @HotPath
    void note(long high, long low) {
        long at = tail;
        if (at - (long) HEAD.getAcquire(this) < SIZE) {
            int index = (int) (at & (SIZE - 1)) * 2;
            addresses[index] = high;
            addresses[index + 1] = low;
            TAIL.setRelease(this, at + 1);
        }
    }

    Set<IpAddress> drain() {
        Set<IpAddress> drained = new HashSet<>();
        long end = (long) TAIL.getAcquire(this);
        for (long at = (long) HEAD.getAcquire(this); at < end; at++) {
            int index = (int) (at & (SIZE - 1)) * 2;
            drained.add(IpAddress.of(addresses[index], addresses[index + 1]));
        }
        HEAD.setRelease(this, end);
        return drained;
    }
}
