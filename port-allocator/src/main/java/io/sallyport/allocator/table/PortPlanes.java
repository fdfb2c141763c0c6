package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.Limits;
import java.util.Arrays;

/**
 * Many ports: bitmaps over the range. Each port has a number, 0 while it is free and its holder's
 * place plus one otherwise, and plane {@code p} has bit {@code p} of all these numbers. So one
 * holder costs 8 KB, three cost 16, seven 24; a bitmap for each would cost each of them 8. How many
 * are taken in each block of 1,024 says where to look for a free one.
 */
final class PortPlanes extends Shares {

    private static final int BLOCK_PORTS = 1024;
    private static final int BLOCK_WORDS = BLOCK_PORTS / Long.SIZE;
    private static final int BLOCKS = Limits.PORTS / BLOCK_PORTS;
    private static final int WORDS = Limits.PORTS / Long.SIZE;

    static {
        Invariant.check(BLOCKS * BLOCK_PORTS == Limits.PORTS, "blocks fill the range");
    }

    private long[][] planes = {};
    private char[] taken = new char[BLOCKS];
    private int size;
    private int holders;
    private char[] holder = new char[1];
    private long[] grant = new long[1];
    private int[] ports = new int[1];

    /** How many planes so many holders need. */
    static int planesOf(int holders) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(holders);
    }

    PortPlanes copy() {
        PortPlanes copy = new PortPlanes();
        copy.planes = new long[planes.length][];
        for (int plane = 0; plane < planes.length; plane++) {
            copy.planes[plane] = planes[plane].clone();
        }
        copy.taken = taken.clone();
        copy.size = size;
        copy.holders = holders;
        copy.holder = holder.clone();
        copy.grant = grant.clone();
        copy.ports = ports.clone();
        return copy;
    }

    @Override
    int size() {
        return size;
    }

    @Override
    int holders() {
        return holders;
    }

    @Override
    int holderAt(int place) {
        return holder[place];
    }

    @Override
    long grantAt(int place) {
        return grant[place];
    }

    @Override
    int sizeAt(int place) {
        return ports[place];
    }

    @Override
    int find(int who) {
        for (int place = 0; place < holders; place++) {
            if (holder[place] == who) {
                return place;
            }
        }
        return NOBODY;
    }

    @Override
    int placeOf(int port) {
        int bit = port - Limits.PORT_MIN;
        if (bit < 0 || bit >= Limits.PORTS) {
            return NOBODY;
        }
        int number = 0;
        for (int plane = 0; plane < planes.length; plane++) {
            number |= (int) (planes[plane][bit / Long.SIZE] >>> bit & 1) << plane;
        }
        return number - 1;
    }

    private long free(int word) {
        long used = 0;
        for (long[] plane : planes) {
            used |= plane[word];
        }
        return ~used;
    }

    @Override
    int freePort(int rank) {
        int left = checkedFreeRank(rank);
        int block = 0;
        while (left >= BLOCK_PORTS - taken[block]) {
            left -= BLOCK_PORTS - taken[block];
            block++;
        }
        int word = block * BLOCK_WORDS;
        long free = free(word);
        while (left >= Long.bitCount(free)) {
            left -= Long.bitCount(free);
            free = free(++word);
        }
        // expand() moves the one bit to the place of the left-th one of the word.
        int bit = Long.numberOfTrailingZeros(Long.expand(1L << left, free));
        return Limits.PORT_MIN + word * Long.SIZE + bit;
    }

    /** Which ports of a word have that number. */
    private long having(int number, int word) {
        long ports = -1;
        for (int plane = 0; plane < planes.length; plane++) {
            ports &= (number >>> plane & 1) == 1 ? planes[plane][word] : ~planes[plane][word];
        }
        return ports;
    }

    /** Turns the number of these ports of a word into another. */
    private void renumber(long ports, int word, int from, int to) {
        for (int plane = 0; plane < planes.length; plane++) {
            if (((from ^ to) >>> plane & 1) == 1) {
                planes[plane][word] ^= ports;
            }
        }
    }

    @Override
    void copyPorts(int place, char[] into) {
        int count = 0;
        for (int word = 0; word < WORDS; word++) {
            for (long rest = having(place + 1, word); rest != 0; rest &= rest - 1) {
                int bit = word * Long.SIZE + Long.numberOfTrailingZeros(rest);
                into[count++] = (char) (Limits.PORT_MIN + bit);
            }
        }
    }

    @Override
    void join(int who) {
        if (holders == holder.length) {
            holder = Arrays.copyOf(holder, 2 * holders);
            grant = Arrays.copyOf(grant, 2 * holders);
            ports = Arrays.copyOf(ports, 2 * holders);
        }
        holder[holders] = (char) who;
        grant[holders] = 0;
        ports[holders] = 0;
        holders++;
        if (planesOf(holders) > planes.length) {
            planes = Arrays.copyOf(planes, planes.length + 1);
            planes[planes.length - 1] = new long[WORDS];
        }
    }

    @Override
    void granted(int place, long index) {
        Invariant.check(index >= grant[place], "a later grant has a later index");
        grant[place] = index;
    }

    @Override
    void add(int place, int port) {
        checkPort(port);
        Invariant.check(placeOf(port) == NOBODY, "no port has two holders");
        change(port, 0, place + 1);
        count(place, port, 1);
    }

    @Override
    void remove(int place, int port) {
        Invariant.check(placeOf(port) == place, "a port that is freed was the holder's");
        change(port, place + 1, 0);
        count(place, port, -1);
    }

    private void change(int port, int from, int to) {
        int bit = port - Limits.PORT_MIN;
        renumber(1L << bit, bit / Long.SIZE, from, to);
    }

    private void count(int place, int port, int change) {
        taken[(port - Limits.PORT_MIN) / BLOCK_PORTS] += (char) change;
        ports[place] += change;
        size += change;
    }

    @Override
    void leave(int place) {
        Invariant.check(ports[place] == 0, "who ends has no ports");
        holders--;
        if (place != holders) {
            for (int word = 0; word < WORDS; word++) {
                renumber(having(holders + 1, word), word, holders + 1, place + 1);
            }
            holder[place] = holder[holders];
            grant[place] = grant[holders];
            ports[place] = ports[holders];
        }
        if (planesOf(holders) < planes.length) {
            planes = Arrays.copyOf(planes, planesOf(holders));
        }
    }

    /** How much memory the bitmaps and counts take. */
    long bytes() {
        return (long) planes.length * WORDS * Long.BYTES
                + taken.length * Character.BYTES
                + (long) holder.length * (Character.BYTES + Long.BYTES + Integer.BYTES);
    }
}
