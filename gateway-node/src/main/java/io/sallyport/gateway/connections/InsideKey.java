package io.sallyport.gateway.connections;

import io.sallyport.net.Endpoint;
import io.sallyport.net.Protocol;

/**
 * The inside 5-tuple with its VPC: what one mapping is unique for (A4). ICMP echo: the client's
 * port is the identifier, the remote's port is 0.
 *
 * @param vpc the VPC's number (24 bits)
 */
public record InsideKey(int vpc, Protocol protocol, Endpoint client, Endpoint remote) {

    @Override
    public int hashCode() {
        return KeyHash.plain(client, remote, vpc << 8 | protocol.number());
    }
}
