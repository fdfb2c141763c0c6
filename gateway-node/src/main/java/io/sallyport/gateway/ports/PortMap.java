package io.sallyport.gateway.ports;

import org.jspecify.annotations.Nullable;

/**
 * Leased ports by their numbers: open addressing, four bytes a place, the numbers where they are
 * anyway. Worker thread.
 */
final class PortMap {

    private static final int SMALLEST = 4;
    private static final int ODD = 0x9e37_79b9;

    private @Nullable LeasedPort[] ports = new LeasedPort[SMALLEST];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable LeasedPort get(int number) {
        return ports[placeOf(number)];
    }

    /** Takes the place of one with the same number. */
    void put(LeasedPort port) {
        int place = placeOf(port.port());
        if (ports[place] == null && 4 * ++size > 3 * ports.length) {
            grow();
            place = placeOf(port.port());
        }
        ports[place] = port;
    }

    private void grow() {
        @Nullable LeasedPort[] old = ports;
        ports = new LeasedPort[2 * old.length];
        for (LeasedPort port : old) {
            if (port != null) {
                ports[placeOf(port.port())] = port;
            }
        }
    }

    /** No-op where there is none. */
    void remove(int number) {
        int gap = placeOf(number);
        if (ports[gap] == null) {
            return;
        }
        // Moves back whatever stands beyond the gap only because the gap was taken.
        int mask = ports.length - 1;
        int place = gap + 1 & mask;
        for (LeasedPort port = ports[place]; port != null; port = ports[place]) {
            if ((place - wanted(port.port()) & mask) >= (place - gap & mask)) {
                ports[gap] = port;
                gap = place;
            }
            place = place + 1 & mask;
        }
        ports[gap] = null;
        size--;
    }

    /** Where it is, or is to be. */
    private int placeOf(int number) {
        int place = wanted(number);
        for (LeasedPort port = ports[place]; port != null; port = ports[place]) {
            if (port.port() == number) {
                return place;
            }
            place = place + 1 & ports.length - 1;
        }
        return place;
    }

    private int wanted(int number) {
        return number * ODD >>> Integer.SIZE - Integer.numberOfTrailingZeros(ports.length);
    }
}
