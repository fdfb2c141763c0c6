package io.sallyport.flowlogs.record;

/**
 * A way past the gateway's interface. The order is that of the meter's numbers; a packet that is
 * translated passes two of them.
 */
public enum Leg {
    FROM_CLIENT,
    TO_REMOTE,
    FROM_REMOTE,
    TO_CLIENT;

    /** In a set of legs. */
    public int bit() {
        return 1 << ordinal();
    }

    /** Whether the packet comes into the interface. */
    public boolean ingress() {
        return this == FROM_CLIENT || this == FROM_REMOTE;
    }

    /** Whether the client is at the other end; else the remote is. */
    public boolean clientSide() {
        return this == FROM_CLIENT || this == TO_CLIENT;
    }
}
