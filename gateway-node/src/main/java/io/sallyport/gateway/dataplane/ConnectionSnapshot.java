package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.Connection;

/**
 * A connection as this node has seen it, for people.
 *
 * @param ageMillis since it was installed here
 * @param idleMillis since its last packet here; {@code ageMillis} where there was none
 * @param tcpFlagsOut all TCP flags seen from the client, or-ed
 */
public record ConnectionSnapshot(
        Connection connection,
        long packetsOut,
        long bytesOut,
        long packetsIn,
        long bytesIn,
        long ageMillis,
        long idleMillis,
        int tcpFlagsOut,
        int tcpFlagsIn,
        boolean stopped) {}
