package io.sallyport.allocator;

/** All bounds of the allocation law, with their reasons. */
public final class Limits {

    /** First port of the default range: what AWS uses (1024-65535). */
    public static final int PORT_MIN = 1024;

    public static final int PORT_MAX = 65535;

    /** All usable ports of one destination: 64,512. */
    public static final int PORTS = PORT_MAX - PORT_MIN + 1;

    /** Most ports in one Acquire: keeps one entry's work and answer small. */
    public static final int WANT_MAX = 1024;

    private Limits() {}
}
