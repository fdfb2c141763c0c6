package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.net.IpAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** EIPs as 16-bit numbers, counted by the connections that use them. */
final class AddressIndex {

    static final int SIZE = 1 << 16;

    private final MemorySegment memory;
    private final int[] uses = new int[SIZE];
    private final Map<IpAddress, Integer> numbers = new HashMap<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int next;

    /** Empty, whatever the memory holds: an entry counts from when it is taken. */
    AddressIndex(MemorySegment memory) {
        this.memory = memory;
    }

    /**
     * @return -1 where 65,536 others are in use
     */
    int take(IpAddress address) {
        Integer known = numbers.get(address);
        if (known == null) {
            if (free.isEmpty() && next == SIZE) {
                return -1;
            }
            known = free.isEmpty() ? Integer.valueOf(next++) : free.pop();
            numbers.put(address, known);
            memory.set(JAVA_LONG, at(known), address.high());
            memory.set(JAVA_LONG, at(known) + 8, address.low());
        }
        uses[known]++;
        return known;
    }

    /** A connection of a former life uses it. */
    void adopt(int number) {
        numbers.put(IpAddress.of(high(number), low(number)), number);
        uses[number]++;
        while (next <= number) {
            free.push(next++);
        }
        free.remove(number);
    }

    void release(int number) {
        if (--uses[number] == 0) {
            numbers.remove(IpAddress.of(high(number), low(number)));
            free.push(number);
        }
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
