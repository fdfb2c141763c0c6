package io.sallyport.flowlogs.lookup;

import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who had this address and port, towards that remote, then?
 *
 * @param port 0 to 65535; of an ICMP echo its identifier
 * @param remote empty: any
 * @param remotePort empty: any
 * @param protocol empty: any
 */
public record Question(
        IpAddress eip,
        int port,
        Optional<Protocol> protocol,
        Optional<IpAddress> remote,
        OptionalInt remotePort,
        Instant at) {

    /** Whether a record is about what is asked, whenever it was. */
    boolean concerns(Sighting sighting) {
        return sighting.eip().equals(eip)
                && sighting.natPort() == port
                && protocol.map(it -> it.number() == sighting.protocol()).orElse(true)
                && remote.map(it -> it.equals(sighting.remote())).orElse(true)
                && (remotePort.isEmpty() || remotePort.getAsInt() == sighting.remotePort());
    }
}
