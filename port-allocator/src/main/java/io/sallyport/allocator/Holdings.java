package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which ports of one destination: disjoint sets, one for each holder, holders ascending.
 * Changed by its table only. One thread at a time.
 */
public final class Holdings {

    private static final Incarnation[] NOBODY = {};
    private static final PortSet[] NOTHING = {};

    private Incarnation[] holders = NOBODY;
    private PortSet[] sets = NOTHING;
    private long[] grants = {};

    /** The ports of all holders; null while there is only one, whose set says the same. */
    private @Nullable PortSet union;

    Holdings() {}

    /** How many ports are taken, by whomever. */
    public int leased() {
        return union != null ? union.size() : sets.length == 1 ? sets[0].size() : 0;
    }

    /** How many ports are free. */
    public int free() {
        return Limits.PORTS - leased();
    }

    /**
     * The free port that has {@code rank} lower free ones.
     *
     * @param rank 0 to {@code free() - 1}
     */
    public int freePort(int rank) {
        PortSet taken = union != null ? union : sets.length == 1 ? sets[0] : PortSet.empty();
        return taken.freePort(rank);
    }

    /** Everyone who holds a port, ascending. */
    public List<Incarnation> holders() {
        return List.of(holders);
    }

    public boolean holds(Incarnation holder, int port) {
        int at = find(holder);
        return at >= 0 && sets[at].contains(port);
    }

    /** Those of the asked ports that the holder has, ascending, each once. */
    public Ports held(Incarnation holder, Ports asked) {
        Ports sorted = asked.sorted();
        char[] held = new char[sorted.size()];
        int count = 0;
        for (int i = 0; i < sorted.size(); i++) {
            if (holds(holder, sorted.get(i))) {
                held[count++] = (char) sorted.get(i);
            }
        }
        return Ports.copyOf(held, count);
    }

    /** The holder's ports, ascending. */
    public Ports portsOf(Incarnation holder) {
        int at = find(holder);
        return at >= 0 ? Ports.of(sets[at].toArray()) : Ports.none();
    }

    /** How many ports the holder has. */
    public int leasedTo(Incarnation holder) {
        int at = find(holder);
        return at >= 0 ? sets[at].size() : 0;
    }

    /** The log index of the newest grant to the holder; 0 where it has no port. */
    public long lastGrant(Incarnation holder) {
        int at = find(holder);
        return at >= 0 ? grants[at] : 0;
    }

    private int find(Incarnation holder) {
        return Arrays.binarySearch(holders, holder);
    }

    private boolean taken(int port) {
        return union != null ? union.contains(port) : sets.length == 1 && sets[0].contains(port);
    }

    void lease(Incarnation holder, long grant, Ports ports) {
        Invariant.check(!ports.isEmpty(), "a lease has ports");
        int at = find(holder);
        if (at < 0) {
            at = -at - 1;
            insert(at, holder);
        }
        grants[at] = Math.max(grants[at], grant);
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(i);
            Invariant.check(!taken(port), "no port has two holders");
            sets[at] = sets[at].with(port);
            if (union != null) {
                union = union.with(port);
            }
        }
    }

    void free(Incarnation holder, Ports ports) {
        int at = find(holder);
        Invariant.check(at >= 0, "who frees ports holds some");
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(i);
            sets[at] = sets[at].without(port);
            if (union != null) {
                union = union.without(port);
            }
        }
        if (sets[at].size() == 0) {
            remove(at);
        }
    }

    private void insert(int at, Incarnation holder) {
        int count = holders.length;
        if (count == 1) {
            union = sets[0].copy();
        }
        holders = Arrays.copyOf(holders, count + 1);
        sets = Arrays.copyOf(sets, count + 1);
        System.arraycopy(holders, at, holders, at + 1, count - at);
        System.arraycopy(sets, at, sets, at + 1, count - at);
        holders[at] = holder;
        sets[at] = PortSet.empty();
        grants = Arrays.copyOf(grants, count + 1);
        System.arraycopy(grants, at, grants, at + 1, count - at);
        grants[at] = 0;
    }

    private void remove(int at) {
        int count = holders.length - 1;
        System.arraycopy(holders, at + 1, holders, at, count - at);
        System.arraycopy(sets, at + 1, sets, at, count - at);
        System.arraycopy(grants, at + 1, grants, at, count - at);
        grants = Arrays.copyOf(grants, count);
        holders = Arrays.copyOf(holders, count);
        sets = Arrays.copyOf(sets, count);
        if (count == 1) {
            union = null;
        }
    }
}
