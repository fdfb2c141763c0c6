package io.sallyport.gateway.io;

import java.nio.ByteBuffer;

/** Tells that links, addresses, routes or neighbours changed. One thread waits. */
public final class NetlinkEvents implements AutoCloseable {

    /** LINK, NEIGH, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE. */
    private static final int GROUPS = 0x1 | 0x4 | 0x10 | 0x40 | 0x100 | 0x400;

    private final NetlinkSocket socket;

    /**
     * @param waitMillis longest that {@link #await} waits
     */
    public NetlinkEvents(int waitMillis) {
        socket = new NetlinkSocket(GROUPS, waitMillis);
    }

    /** True once something changed, false where nothing did in time. */
    public boolean await() {
        ByteBuffer event = socket.receive();
        return event == null || event.hasRemaining();
    }

    @Override
    public void close() {
        socket.close();
    }
}
