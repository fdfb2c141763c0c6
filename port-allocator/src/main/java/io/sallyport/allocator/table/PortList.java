package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.Limits;
import java.util.Arrays;

/**
 * Few ports: a sorted array, and beside each port its holder's place. It is at rest as a block of
 * chars, and is read from there into this one object to be asked or changed: copying some hundred
 * bytes costs less than what any cleverer layout would.
 *
 * <pre>
 * one holder    holder, grant (3 chars), ports ascending
 * more          count of holders, (holder, grant) of each, ports ascending, place of each port
 * </pre>
 */
final class PortList extends Shares {

    /** Most ports in a block: its row counts them in 11 bits. */
    static final int SIZE_MAX = 2047;

    private static final int SHARE_CHARS = 4;
    private static final long GRANT_MAX = (1L << 48) - 1;

    private int holders;
    private char[] holder = new char[8];
    private long[] grant = new long[8];
    private int size;
    private char[] port = new char[256];

    /** Means something where there are two holders or more. */
    private char[] place = new char[256];

    /** How many chars a block needs. */
    static int chars(int holders, int ports) {
        return holders == 1 ? SHARE_CHARS + ports : 1 + SHARE_CHARS * holders + 2 * ports;
    }

    /** How many holders there are in a block of several. */
    static int holdersIn(char[] block, int from) {
        return block[from];
    }

    void clear() {
        holders = 0;
        size = 0;
    }

    /**
     * @param shared whether the block is one of several holders
     */
    void read(char[] block, int from, boolean shared, int ports) {
        int at = from;
        holders = shared ? block[at++] : 1;
        reserveHolders(holders);
        for (int i = 0; i < holders; i++, at += SHARE_CHARS) {
            holder[i] = block[at];
            grant[i] = (long) block[at + 1] << 32 | (long) block[at + 2] << 16 | block[at + 3];
        }
        reservePorts(ports);
        size = ports;
        System.arraycopy(block, at, port, 0, size);
        if (shared) {
            System.arraycopy(block, at + size, place, 0, size);
        }
    }

    void write(char[] block, int from) {
        int at = from;
        if (holders > 1) {
            block[at++] = (char) holders;
        }
        for (int i = 0; i < holders; i++, at += SHARE_CHARS) {
            block[at] = holder[i];
            block[at + 1] = (char) (grant[i] >>> 32);
            block[at + 2] = (char) (grant[i] >>> 16);
            block[at + 3] = (char) grant[i];
        }
        System.arraycopy(port, 0, block, at, size);
        if (holders > 1) {
            System.arraycopy(place, 0, block, at + size, size);
        }
    }

    private void reserveHolders(int count) {
        if (count > holder.length) {
            holder = Arrays.copyOf(holder, Math.max(count, 2 * holder.length));
            grant = Arrays.copyOf(grant, holder.length);
        }
    }

    private void reservePorts(int count) {
        if (count > port.length) {
            port = Arrays.copyOf(port, Math.max(count, 2 * port.length));
            place = Arrays.copyOf(place, port.length);
        }
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
    int holderAt(int at) {
        return holder[at];
    }

    @Override
    long grantAt(int at) {
        return grant[at];
    }

    @Override
    int sizeAt(int at) {
        if (holders == 1) {
            return size;
        }
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += place[i] == at ? 1 : 0;
        }
        return count;
    }

    @Override
    int find(int who) {
        for (int i = 0; i < holders; i++) {
            if (holder[i] == who) {
                return i;
            }
        }
        return NOBODY;
    }

    private int search(int number) {
        return Arrays.binarySearch(port, 0, size, (char) number);
    }

    @Override
    int placeOf(int number) {
        int at = search(number);
        return at < 0 ? NOBODY : holders == 1 ? 0 : place[at];
    }

    @Override
    int freePort(int rank) {
        // port[i] has (port[i] - PORT_MIN - i) free ports below it, a count that never falls with
        // i: those with at most `rank` of them lie below the wanted port and shift it up.
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (port[middle] - Limits.PORT_MIN - middle <= rank) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Limits.PORT_MIN + checkedFreeRank(rank) + low;
    }

    @Override
    void copyPorts(int at, char[] into) {
        if (holders == 1) {
            System.arraycopy(port, 0, into, 0, size);
            return;
        }
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (place[i] == at) {
                into[count++] = port[i];
            }
        }
    }

    @Override
    void join(int who) {
        reserveHolders(holders + 1);
        if (holders == 1) {
            Arrays.fill(place, 0, size, (char) 0);
        }
        holder[holders] = (char) who;
        grant[holders] = 0;
        holders++;
    }

    @Override
    void granted(int at, long index) {
        Invariant.check(
                index >= grant[at] && index <= GRANT_MAX, "a later grant has a later index");
        grant[at] = index;
    }

    @Override
    void add(int at, int number) {
        checkPort(number);
        int i = size > 0 && port[size - 1] < number ? size : -search(number) - 1;
        Invariant.check(i >= 0, "no port has two holders");
        reservePorts(size + 1);
        System.arraycopy(port, i, port, i + 1, size - i);
        port[i] = (char) number;
        if (holders > 1) {
            System.arraycopy(place, i, place, i + 1, size - i);
            place[i] = (char) at;
        }
        size++;
    }

    @Override
    void remove(int at, int number) {
        int i = search(number);
        Invariant.check(i >= 0 && placeOf(number) == at, "a port that is freed was the holder's");
        size--;
        System.arraycopy(port, i + 1, port, i, size - i);
        if (holders > 1) {
            System.arraycopy(place, i + 1, place, i, size - i);
        }
    }

    @Override
    void leave(int at) {
        Invariant.check(holders > 1 ? sizeAt(at) == 0 : size == 0, "who ends has no ports");
        holders--;
        holder[at] = holder[holders];
        grant[at] = grant[holders];
        for (int i = 0; i < size; i++) {
            place[i] = place[i] == holders ? (char) at : place[i];
        }
    }
}
