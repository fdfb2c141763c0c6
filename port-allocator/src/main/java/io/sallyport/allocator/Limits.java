package io.sallyport.allocator;

/** All bounds of the allocation law, with their reasons. */
public final class Limits {

    /** First port of the default range: what AWS uses (1024-65535). */
    public static final int PORT_MIN = 1024;

    public static final int PORT_MAX = 65535;

    /** All usable ports of one destination: 64,512. */
    public static final int PORTS = PORT_MAX - PORT_MIN + 1;

    /**
     * Most ports in one Acquire: a destination that a node opens as fast as it can is asked for a
     * few times a second, and drawing takes half a millisecond.
     */
    public static final int WANT_MAX = 8192;

    /**
     * Who gets as many of one destination is not short of them, however many they asked for: that
     * alone puts nobody under pressure, and a quota's last ones go to those who ask for less.
     */
    public static final int PLENTY = 1024;

    /** Most characters of a machine's name: two ids of 36 and a directory's leave room. */
    public static final int MACHINE_MAX = 200;

    /** Most peers that one command names: far above any cluster, far below any frame. */
    public static final int PEERS_MAX = 1024;

    /** Most members that a list on the wire may have, dead ones with leases included. */
    public static final int MEMBERS_MAX = 65536;

    /** How many holders an Exhausted names: enough to see who uses it up. */
    public static final int EXHAUSTED_HOLDERS = 8;

    /** Most orphans in one page: at worst a bitmap of 8 KB each, half a megabyte together. */
    public static final int PAGE_ORPHANS = 64;

    /** A page ends after this many ports: each is a question to a home. */
    public static final int PAGE_PORTS = 16384;

    /** Most pools in one Learn or one table. */
    public static final int POOLS_MAX = 1 << 20;

    /** Most destinations that one answer asks a holder to give back from. */
    public static final int WANTED_MAX = 1024;

    static {
        Invariant.check(WANT_MAX <= PORTS, "a grant is from one destination");
        Invariant.check(PLENTY <= WANT_MAX, "plenty can be asked for");
        Invariant.check(PAGE_PORTS < PORTS, "a full destination fills a page alone");
    }

    private Limits() {}
}
