package io.sallyport.gateway.connections;

import io.sallyport.net.IpAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** EIPs as 16-bit numbers, counted by the connections that use them. */
final class AddressIndex {

    static final int SIZE = 1 << 16;

    private final long[] high = new long[SIZE];
    private final long[] low = new long[SIZE];
    private final int[] uses = new int[SIZE];
    private final Map<IpAddress, Integer> numbers = new HashMap<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int next;

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
            high[known] = address.high();
            low[known] = address.low();
        }
        uses[known]++;
        return known;
    }

    void release(int number) {
        if (--uses[number] == 0) {
            numbers.remove(IpAddress.of(high[number], low[number]));
            free.push(number);
        }
    }

    long high(int number) {
        return high[number];
    }

    long low(int number) {
        return low[number];
    }
}
