package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;
import java.util.List;

/**
 * Who holds which ports of one destination: disjoint sets, one for each holder. A live view of its
 * table's row. One thread at a time.
 */
public interface Holdings {

    /** How many ports are taken, by whomever. */
    int leased();

    /** How many ports are free. */
    int free();

    /**
     * The free port that has {@code rank} lower free ones.
     *
     * @param rank 0 to {@code free() - 1}
     */
    int freePort(int rank);

    /** Everyone who holds a port, ascending. */
    List<Incarnation> holders();

    boolean holds(Incarnation holder, int port);

    /** Those of the asked ports that the holder has, each once. */
    Ports held(Incarnation holder, Ports asked);

    /** The holder's ports, ascending. */
    Ports portsOf(Incarnation holder);

    /** How many ports the holder has. */
    int leasedTo(Incarnation holder);

    /** The log index of the newest grant to the holder; 0 where it has no port. */
    long lastGrant(Incarnation holder);
}
