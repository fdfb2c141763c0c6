package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.lang.foreign.MemorySegment;

/** EIPs as 16-bit numbers, counted by the connections that use them. */
@HotPath
final class AddressIndex {

    static final int SIZE = 1 << 16;

    private static final SharedIndex.Form<IpAddress> FORM =
            new SharedIndex.Form<>() {
                @Override
                public int bytes() {
                    return RecordLayout.ADDRESS_BYTES;
                }

                @Override
                public void write(MemorySegment memory, long at, IpAddress address) {
                    memory.set(JAVA_LONG, at, address.high());
                    memory.set(JAVA_LONG, at + 8, address.low());
                }

                @Override
                public IpAddress read(MemorySegment memory, long at) {
                    return IpAddress.of(memory.get(JAVA_LONG, at), memory.get(JAVA_LONG, at + 8));
                }
            };

    private final MemorySegment memory;
    private final SharedIndex<IpAddress> shared;

    /** Empty, whatever the memory holds: an entry counts from when it is taken. */
    AddressIndex(MemorySegment memory) {
        this.memory = memory;
        shared = new SharedIndex<>(memory, FORM, SIZE);
    }

    /**
     * @return -1 where 65,536 others are in use
     */
    int take(IpAddress address) {
        return shared.take(address);
    }

    /** A connection of a former life uses it. */
    void adopt(int number) {
        shared.adopt(number);
    }

    void release(int number) {
        shared.release(number);
    }

    long high(int number) {
        return memory.get(JAVA_LONG, at(number));
    }

    long low(int number) {
        return memory.get(JAVA_LONG, at(number) + 8);
    }

    private static long at(int number) {
        return (long) number * RecordLayout.ADDRESS_BYTES;
    }
}
