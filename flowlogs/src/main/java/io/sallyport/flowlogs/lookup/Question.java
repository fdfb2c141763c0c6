package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.Limits;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.time.Duration;
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
 * @param within how exact the time is: who had it so long before or after it is told too; not
 *     negative, at most {@link Limits#WITHIN_MAX}
 */
public record Question(
        IpAddress eip,
        int port,
        Optional<Protocol> protocol,
        Optional<IpAddress> remote,
        OptionalInt remotePort,
        Instant at,
        Duration within) {

    /** A time in whole seconds is one of that second, and nodes count packets by the second. */
    public static final Duration A_SECOND = Duration.ofSeconds(1);

    public Question {
        if (within.isNegative() || within.compareTo(Limits.WITHIN_MAX) > 0) {
            throw new IllegalArgumentException("within " + within + ": 0 to " + Limits.WITHIN_MAX);
        }
    }

    Instant from() {
        return at.minus(within);
    }

    Instant until() {
        return at.plus(within);
    }

    /** Whether a record is about what is asked, whenever it was. */
    boolean concerns(Sighting sighting) {
        return sighting.eip().equals(eip)
                && sighting.natPort() == port
                && protocol.map(it -> it.number() == sighting.protocol()).orElse(true)
                && remote.map(it -> it.equals(sighting.remote())).orElse(true)
                && (remotePort.isEmpty() || remotePort.getAsInt() == sighting.remotePort());
    }
}
