package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.net.IpAddress;

/** Who is inside, and the way there: the same for many connections. */
record Client(int vpc, IpAddress address, ClientPath path) {

    static Client of(Connection connection) {
        InsideKey inside = connection.inside();
        return new Client(inside.vpc(), inside.client().address(), connection.path());
    }

    /** Clients of one address have one path, but for moments. */
    @Override
    public int hashCode() {
        return Long.hashCode(address.high() ^ address.low()) ^ vpc;
    }
}
