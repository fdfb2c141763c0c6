package io.sallyport.gateway.dataplane;

import io.sallyport.net.Endpoint;
import java.util.List;
import java.util.Optional;

/**
 * What one node's packet path is made of.
 *
 * @param tunnel the anycast address and UDP port where VXLAN packets arrive; empty: no tunnels
 * @param insideInterfaces plain inside devices by name
 * @param outsideInterface the device towards the internet
 * @param insideMtu longest IP packet towards clients in bytes; 0: 1450 in tunnels, the device's on
 *     plain interfaces
 * @param connectionsMax 1 to {@value #CONNECTIONS_LIMIT}
 */
public record DataPlaneSettings(
        Optional<Endpoint> tunnel,
        List<String> insideInterfaces,
        String outsideInterface,
        int insideMtu,
        int connectionsMax) {

    /** 16 M records are 2 GB; the slot number has 31 bits. */
    public static final int CONNECTIONS_LIMIT = 1 << 24;

    /** A 1500-byte underlay less 50 bytes of VXLAN over IPv4. */
    public static final int TUNNEL_MTU = 1450;

    public DataPlaneSettings {
        insideInterfaces = List.copyOf(insideInterfaces);
        if (connectionsMax < 1 || connectionsMax > CONNECTIONS_LIMIT) {
            throw new IllegalArgumentException("connectionsMax is 1 to " + CONNECTIONS_LIMIT);
        }
        if (insideMtu != 0 && (insideMtu < 576 || insideMtu > 65535)) {
            throw new IllegalArgumentException("insideMtu is 0 or 576 to 65535");
        }
    }
}
