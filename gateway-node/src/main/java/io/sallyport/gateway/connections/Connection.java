package io.sallyport.gateway.connections;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;

/**
 * A connection as nodes tell it to each other.
 *
 * @param eip the elastic IP's address, {@code natPort} the source port (identifier for ICMP echo)
 * @param opened the epoch in which it was opened
 * @param lessee whose lease the port is from, {@code grant} that lease's log index
 */
public record Connection(
        ConnectionId id,
        GatewayId gateway,
        InsideKey inside,
        IpAddress eip,
        long poolGeneration,
        int natPort,
        Epoch opened,
        Incarnation lessee,
        long grant,
        ClientPath path) {

    public OutsideKey outside() {
        return new OutsideKey(inside.protocol(), new Endpoint(eip, natPort), inside.remote());
    }
}
