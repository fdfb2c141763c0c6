package io.sallyport.allocator;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some ports, in an order that may matter: immutable, and two bytes each. Grants and returns of
 * every connection carry one, so nothing here is boxed unless it is asked for.
 */
public final class Ports {

    private static final Ports NONE = new Ports(new char[0]);

    private final char[] ports;

    private Ports(char[] ports) {
        this.ports = ports;
    }

    public static Ports none() {
        return NONE;
    }

    /**
     * @throws IllegalArgumentException where one is not 0 to 65535
     */
    public static Ports of(int... ports) {
        char[] chars = new char[ports.length];
        for (int i = 0; i < ports.length; i++) {
            chars[i] = checked(ports[i]);
        }
        return ports.length == 0 ? NONE : new Ports(chars);
    }

    /**
     * @throws IllegalArgumentException where one is not 0 to 65535
     */
    public static Ports of(List<Integer> ports) {
        char[] chars = new char[ports.size()];
        int count = 0;
        for (int port : ports) {
            chars[count++] = checked(port);
        }
        return count == 0 ? NONE : new Ports(chars);
    }

    /** The first {@code count} of the array, which is copied. */
    public static Ports copyOf(char[] ports, int count) {
        return count == 0 ? NONE : new Ports(Arrays.copyOf(ports, count));
    }

    private static char checked(int port) {
        if (port < 0 || port > Limits.PORT_MAX) {
            throw new IllegalArgumentException(port + " is not a port");
        }
        return (char) port;
    }

    public int size() {
        return ports.length;
    }

    public boolean isEmpty() {
        return ports.length == 0;
    }

    /**
     * @param index 0 to {@code size() - 1}
     */
    public int get(int index) {
        return ports[index];
    }

    public boolean contains(int port) {
        for (char each : ports) {
            if (each == port) {
                return true;
            }
        }
        return false;
    }

    /** The ports from one place to before another. */
    public Ports slice(int from, int to) {
        return from == to ? NONE : new Ports(Arrays.copyOfRange(ports, from, to));
    }

    public IntStream stream() {
        return IntStream.range(0, ports.length).map(i -> ports[i]);
    }

    public List<Integer> toList() {
        return stream().boxed().toList();
    }

    /** Each of them once, ascending. */
    public Ports sorted() {
        char[] sorted = ports.clone();
        Arrays.sort(sorted);
        int count = 0;
        for (char port : sorted) {
            if (count == 0 || sorted[count - 1] != port) {
                sorted[count++] = port;
            }
        }
        return copyOf(sorted, count);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ports that && Arrays.equals(ports, that.ports);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ports);
    }

    @Override
    public String toString() {
        return toList().toString();
    }
}
