package io.sallyport.flowlogs.format;

import io.sallyport.flowlogs.record.FlowRecord.Traffic;
import io.sallyport.flowlogs.record.Leg;
import io.sallyport.flowlogs.record.Tuple;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.net.IpAddress;
import java.util.Optional;

/**
 * One leg of a connection as AWS' records show it: at the interface there is the gateway's private
 * address, and the packet's own addresses are the gateway's only on the remote's side.
 */
record Flow(Traffic traffic, Leg leg) {

    Optional<IpAddress> source() {
        return leg.ingress() ? far() : near();
    }

    Optional<IpAddress> target() {
        return leg.ingress() ? near() : far();
    }

    int sourcePort() {
        return leg.ingress() ? farPort() : nearPort();
    }

    int targetPort() {
        return leg.ingress() ? nearPort() : farPort();
    }

    /** The packet's own source. */
    Optional<IpAddress> packetSource() {
        return switch (leg) {
            case TO_CLIENT -> traffic.tuple().remote();
            case TO_REMOTE -> own();
            case FROM_CLIENT, FROM_REMOTE -> source();
        };
    }

    Optional<IpAddress> packetTarget() {
        return switch (leg) {
            case FROM_CLIENT -> traffic.tuple().remote();
            case FROM_REMOTE -> own();
            case TO_CLIENT, TO_REMOTE -> target();
        };
    }

    /** Whether what the remote sees is a private address of the gateway's. */
    boolean isPrivate() {
        return traffic.at().isPrivate() && traffic.tuple().eip().isPresent();
    }

    /** That of the gateway's interface in the packet: AWS's other fields know its primary alone. */
    private Optional<IpAddress> own() {
        return isPrivate() ? traffic.tuple().eip() : near();
    }

    private Optional<IpAddress> far() {
        Tuple tuple = traffic.tuple();
        return leg.clientSide() ? tuple.client() : tuple.remote();
    }

    private Optional<IpAddress> near() {
        Watched at = traffic.at();
        return traffic.tuple().isV6() ? at.addressV6() : Optional.of(at.address());
    }

    private int farPort() {
        Tuple tuple = traffic.tuple();
        int port = leg.clientSide() ? tuple.clientPort() : tuple.remotePort();
        return tuple.hasPorts() ? port : 0;
    }

    private int nearPort() {
        Tuple tuple = traffic.tuple();
        int port = leg.clientSide() ? tuple.remotePort() : tuple.natPort();
        return tuple.hasPorts() ? port : 0;
    }
}
