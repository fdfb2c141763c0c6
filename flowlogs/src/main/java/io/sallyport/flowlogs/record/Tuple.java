package io.sallyport.flowlogs.record;

import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.Optional;

/**
 * A connection from inside and from outside. Of packets that were refused before they had one, not
 * all is known.
 *
 * @param clientPort 0 to 65535; of an ICMP echo its identifier, as is {@code natPort}
 * @param eip the elastic IP that the remote sees, with {@code natPort}
 */
public record Tuple(
        Protocol protocol,
        Optional<IpAddress> client,
        int clientPort,
        Optional<IpAddress> eip,
        int natPort,
        Optional<IpAddress> remote,
        int remotePort) {

    /** Whether its packets are IPv6. */
    public boolean isV6() {
        return !remote.or(() -> client).or(() -> eip).map(IpAddress::isV4).orElse(true);
    }

    /** Ports are of TCP and UDP only; an ICMP echo has an identifier in their place. */
    public boolean hasPorts() {
        return !protocol.equals(Protocol.ICMP) && !protocol.equals(Protocol.ICMPV6);
    }
}
